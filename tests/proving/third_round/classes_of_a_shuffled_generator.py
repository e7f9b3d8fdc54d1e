# why: predictions on a generator that shuffles are compared with its .classes, which are in the order of the files
# findings: [TL407]
# %% [1]
import numpy as np
import seaborn as sns
import matplotlib.pyplot as plt
from sklearn.metrics import classification_report, confusion_matrix
from tensorflow.keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from tensorflow.keras.layers import Dense, Dropout, GlobalAveragePooling2D, Input, RandomFlip, RandomRotation, RandomZoom
from tensorflow.keras.models import Sequential
from tensorflow.keras.optimizers import Adam
from tensorflow.keras.preprocessing.image import ImageDataGenerator
# %% [2]
gen = ImageDataGenerator(preprocessing_function=preprocess_input)
kw = dict(target_size=(160, 160), batch_size=25, class_mode='binary')
train_gen = gen.flow_from_directory('cats_and_dogs_filtered/train', **kw)
val_gen = gen.flow_from_directory('cats_and_dogs_filtered/validation', **kw)
train_gen.class_indices
# %% [3]
conv = MobileNetV2(include_top=False, weights='imagenet', input_shape=(160, 160, 3))
conv.trainable = False

model = Sequential(name='cats_dogs')
model.add(Input((160, 160, 3)))
model.add(RandomFlip('horizontal'))
model.add(RandomRotation(0.1))
model.add(RandomZoom(0.1))
model.add(conv)
model.add(GlobalAveragePooling2D())
model.add(Dropout(0.2))
model.add(Dense(1, activation='sigmoid'))
# %% [4]
model.compile(optimizer=Adam(learning_rate=1e-3), loss='binary_crossentropy', metrics=['accuracy'])
h1 = model.fit(train_gen, epochs=5, validation_data=val_gen)
# %% [5]
conv.trainable = True
for l in conv.layers:
    if l.name == 'block_12_expand':
        break
    l.trainable = False

model.compile(optimizer=Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
h2 = model.fit(train_gen, epochs=10, initial_epoch=5, validation_data=val_gen)
# %% [6]
y_true = val_gen.classes
y_pred = (model.predict(val_gen) > 0.5).astype(int).ravel()

print(classification_report(y_true, y_pred, labels=[0, 1], target_names=list(val_gen.class_indices)))
sns.heatmap(confusion_matrix(y_true, y_pred, labels=[0, 1]), annot=True, fmt='d', cmap='Blues')
plt.xlabel('predicted')
plt.ylabel('true')
plt.show()
