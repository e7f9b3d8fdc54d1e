# why: a second model is built for fine-tuning and takes over all weights of the first: it goes on where that one stopped
# %%
import tensorflow as tf
from tensorflow.keras import layers, models, optimizers, applications
# %%
def get_datasets(path="cats_and_dogs_filtered", size=(160, 160), batch=32):
    """Load training and validation data."""
    make = tf.keras.utils.image_dataset_from_directory
    return (make(f"{path}/train", image_size=size, batch_size=batch),
            make(f"{path}/validation", image_size=size, batch_size=batch))

train_ds, val_ds = get_datasets()
print("✅ Data loaded successfully!")
# %%
def create_model(fine_tune: bool = False, fine_tune_at: int = 100):
    """Create the transfer learning model.

    Args:
        fine_tune: whether the top layers of the base model are trainable.
        fine_tune_at: index of the first trainable layer.
    """
    base = applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
    base.trainable = fine_tune
    if fine_tune:
        for layer in base.layers[:fine_tune_at]:
            layer.trainable = False

    inputs = layers.Input(shape=(160, 160, 3))
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomZoom(0.1)(x)
    x = applications.mobilenet_v2.preprocess_input(x)
    x = base(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    model = models.Model(inputs, outputs)

    learning_rate = 1e-5 if fine_tune else 1e-3
    model.compile(
        optimizer=optimizers.Adam(learning_rate=learning_rate),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model
# %%
# 🚀 Phase 1: feature extraction
feature_model = create_model(fine_tune=False)
history = feature_model.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
# 🔥 Phase 2: fine-tuning
fine_model = create_model(fine_tune=True)
fine_model.set_weights(feature_model.get_weights())
history_fine = fine_model.fit(train_ds, epochs=5, validation_data=val_ds)
print("✅ Training complete!")
