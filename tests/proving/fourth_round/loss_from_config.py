# why: the loss comes from a configuration dictionary with from_logits, copied from a page where the head had no sigmoid; here it has one
# criteria: {loss_agrees: not_met}
# findings: [TL305]
# %%
import keras
from keras import activations, layers, losses, metrics, optimizers

def get_data():
    """adapted from the docs"""
    kwargs = {"image_size": (160, 160), "batch_size": 32, "interpolation": "bilinear"}
    return (keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", **kwargs),
            keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", **kwargs))

train_ds, validation_ds = get_data()
# %%
# https://keras.io/api/losses/ : losses.get() takes a string or a configuration
LOSS = {"class_name": "BinaryCrossentropy", "config": {"from_logits": True}}

def compile_for(model, learning_rate):
    model.compile(
        optimizer=optimizers.get({"class_name": "Adam", "config": {"learning_rate": learning_rate}}),
        loss=losses.get(LOSS),
        metrics=[metrics.BinaryAccuracy(name="accuracy")],
    )
# %%
augment = keras.Sequential(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.1),
    ],
    name="augment",
)

base_model = keras.applications.MobileNetV2(weights="imagenet", input_shape=(160, 160, 3), include_top=False)
base_model.trainable = False

inputs = keras.Input(shape=(160, 160, 3))
x = augment(inputs)
# MobileNetV2 wants (-1., +1.) instead of (0., 255.)
x = layers.Rescaling(scale=1 / 127.5, offset=-1)(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
x = layers.Dense(1, name="score")(x)
outputs = layers.Activation(activations.sigmoid, name="probability")(x)
model = keras.Model(inputs, outputs)
model.summary(show_trainable=True)
# %%
compile_for(model, 1e-3)
model.fit(train_ds, epochs=6, validation_data=validation_ds)
# %%
# Fine-tuning: unfreeze the last 40 layers
base_model.trainable = True
for layer in base_model.layers[:-40]:
    layer.trainable = False

compile_for(model, 1e-5)
model.fit(train_ds, epochs=4, validation_data=validation_ds)
