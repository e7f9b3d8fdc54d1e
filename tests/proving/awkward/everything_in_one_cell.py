# why: the whole lab in one cell
# %%
import tensorflow as tf; from tensorflow import keras; from tensorflow.keras import layers
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32)
aug = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)])
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet'); base.trainable = False
inp = keras.Input((160, 160, 3)); x = aug(inp); x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base(x, training=False); x = layers.GlobalAveragePooling2D()(x); out = layers.Dense(1, 'sigmoid')(x)
model = keras.Model(inp, out); model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
h = model.fit(train_ds, epochs=3, validation_data=val_ds)
base.trainable = True
for l in base.layers[:100]: l.trainable = False
model.compile(keras.optimizers.Adam(1e-5), 'binary_crossentropy', metrics=['accuracy'])
h = model.fit(train_ds, epochs=3, validation_data=val_ds)
