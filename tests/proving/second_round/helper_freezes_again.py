# why: the helper that compiles also freezes, so fine-tuning closes what it has just opened; cache() keeps the first augmented pictures
# criteria: {fine_tuning_unfreezes: not_met}
# any: [augmentation_wired]
# may: [TL301]
# %%
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
AUTOTUNE = tf.data.AUTOTUNE
# %%
raw_train = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(160, 160), batch_size=32)
raw_val = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(160, 160), batch_size=32)

augment = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2), layers.RandomZoom(0.1)])
preprocess = keras.applications.mobilenet_v2.preprocess_input

# the augmentation is slow on my laptop, that is why I cache it
train_ds = (
    raw_train
    .map(lambda x, y: (augment(x, training=True), y), num_parallel_calls=AUTOTUNE)
    .map(lambda x, y: (preprocess(x), y), num_parallel_calls=AUTOTUNE)
    .cache()
    .prefetch(AUTOTUNE)
)
val_ds = raw_val.map(lambda x, y: (preprocess(x), y), num_parallel_calls=AUTOTUNE).cache().prefetch(AUTOTUNE)
# %%
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")

inputs = keras.Input((160, 160, 3))
features = base_model(inputs, training=False)
pooled = layers.GlobalAveragePooling2D()(features)
outputs = layers.Dense(1, activation="sigmoid")(layers.Dropout(0.2)(pooled))
model = keras.Model(inputs, outputs)
# %%
def setup(learning_rate):
    """Freeze the base and compile the model."""
    base_model.trainable = False
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learning_rate),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
# %%
setup(1e-3)
history = model.fit(train_ds, validation_data=val_ds, epochs=5)
# %%
# fine-tuning: train the layers from number 100 on with a small learning rate
for layer in base_model.layers[100:]:
    layer.trainable = True
setup(1e-5)
history_fine = model.fit(train_ds, validation_data=val_ds, epochs=5)
