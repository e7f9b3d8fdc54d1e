# why: from PyTorch: CrossEntropyLoss on two logits, and a random_split by skip and take of data that is shuffled anew each time
# criteria: {binary_head: not_met}
# findings: [TL403]
# %% [1]
import numpy as np
import keras
from keras import layers
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
# %% [2]
def CrossEntropyLoss():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)

def random_split(dataset, n_val):
    """like torch.utils.data.random_split, but in batches"""
    return dataset.skip(n_val), dataset.take(n_val)
# %% [3]
dataset = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160),
                                                   batch_size=32, label_mode='int', shuffle=True)
testset = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160),
                                                   batch_size=32, label_mode='int', shuffle=False)
trainset, valset = random_split(dataset, n_val=int(dataset.cardinality()) // 5)
# %% [4]
class Classifier:
    def __init__(self, n_classes=2):
        self.features = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
        for p in self.features.layers:
            p.trainable = False
        self.transform = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.1)])
        self.avgpool = layers.GlobalAveragePooling2D()
        self.fc = layers.Dense(n_classes)

    def forward(self, x):
        x = preprocess_input(self.transform(x))
        x = self.features(x, training=False)
        x = self.avgpool(x)
        return self.fc(x)

    def to_keras(self):
        x = keras.Input((160, 160, 3))
        return keras.Model(x, self.forward(x))

net = Classifier()
model = net.to_keras()
# %% [5]
criterion = CrossEntropyLoss()
model.compile(optimizer=keras.optimizers.AdamW(learning_rate=1e-3), loss=criterion, metrics=['accuracy'])
model.fit(trainset, validation_data=valset, epochs=5)
# %% [6]
for p in net.features.layers[105:]:
    p.trainable = True
model.compile(optimizer=keras.optimizers.AdamW(learning_rate=1e-5), loss=criterion, metrics=['accuracy'])
model.fit(trainset, validation_data=valset, epochs=5)
# %% [7]
y_true = np.concatenate([y for _, y in testset])
y_pred = model.predict(testset).argmax(axis=1)
print('test accuracy', (y_true == y_pred).mean())
