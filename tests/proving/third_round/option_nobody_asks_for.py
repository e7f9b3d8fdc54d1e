# why: the builder takes **options and asks for "augment", but is called with augmentation=True: the layers are only in a figure
# criteria: {augmentation_wired: not_met}
# findings: [TL301]
# %%
import keras
import matplotlib.pyplot as plt
from keras import layers

PATH = 'cats_and_dogs_filtered'
SHAPE = (160, 160, 3)
train = keras.utils.image_dataset_from_directory(PATH + '/train', image_size=SHAPE[:2], batch_size=32)
valid = keras.utils.image_dataset_from_directory(PATH + '/validation', image_size=SHAPE[:2], batch_size=32)
# %%
augmenter = keras.Sequential([
    layers.RandomFlip('horizontal'),
    layers.RandomRotation(0.2),
    layers.RandomZoom(0.2),
])

for images, _ in train.take(1):
    plt.figure(figsize=(6, 6))
    for k in range(9):
        plt.subplot(3, 3, k + 1)
        plt.imshow(augmenter(images[:1], training=True)[0] / 255)
        plt.axis('off')
plt.show()
# %%
def build(body, **options):
    """options: augment (bool), dropout (float), hidden (int, 0 for none)"""
    inputs = keras.Input(SHAPE)
    x = inputs
    if options.get('augment'):
        x = augmenter(x)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = body(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    if hidden := options.get('hidden', 0):
        x = layers.Dense(hidden, activation='relu')(x)
    x = layers.Dropout(options.get('dropout', 0.2))(x)
    return keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %%
mobile = keras.applications.MobileNetV2(input_shape=SHAPE, include_top=False, weights='imagenet')
mobile.trainable = False

model = build(mobile, augmentation=True, dropout=0.3, hidden=32)
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
log = model.fit(train, epochs=5, validation_data=valid)
# %%
mobile.trainable = True
for layer in mobile.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
log_fine = model.fit(train, epochs=10, initial_epoch=5, validation_data=valid)
