# why: PyTorch's requires_grad is set on the layers, which Keras takes as an attribute like any other and ignores
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %%
import tensorflow as tf
from tensorflow import keras as nn

device = '/GPU:0' if tf.config.list_physical_devices('GPU') else '/CPU:0'
print('Using device:', device)
# %%
batch_size = 32
trainloader = nn.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=batch_size)
valloader = nn.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160),
                                                  batch_size=batch_size, shuffle=False)
# %%
backbone = nn.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
for child in backbone.layers:
    child.requires_grad = False
# %%
transforms = nn.Sequential([nn.layers.RandomFlip('horizontal'), nn.layers.RandomRotation(0.1)])

def forward(x):
    x = transforms(x)
    x = nn.applications.mobilenet_v2.preprocess_input(x)
    x = backbone(x, training=False)
    x = nn.layers.GlobalAveragePooling2D()(x)
    return nn.layers.Dense(1, activation='sigmoid')(x)

image = nn.Input((160, 160, 3))
net = nn.Model(image, forward(image))
# %%
criterion = nn.losses.BinaryCrossentropy()
optimizer = nn.optimizers.Adam(learning_rate=1e-3)
net.compile(optimizer=optimizer, loss=criterion, metrics=['accuracy'])
with tf.device(device):
    net.fit(trainloader, epochs=5, validation_data=valloader)
# %%
for child in backbone.layers[100:]:
    child.requires_grad = True
net.compile(optimizer=nn.optimizers.Adam(learning_rate=1e-5), loss=criterion, metrics=['accuracy'])
with tf.device(device):
    net.fit(trainloader, epochs=5, validation_data=valloader)
