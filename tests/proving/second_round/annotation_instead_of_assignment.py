# why: `base_model.trainable: False` with a colon is an annotation: Python takes it without a word, and nothing is frozen
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %% [markdown]
# # Lab 6 — transfer learning
# *(first time in Python, I usually write TypeScript)*
# %% [1]
import tensorflow as tf
import matplotlib.pyplot as plt

keras = tf.keras
layers = keras.layers

config = {
    "imageSize": [160, 160],
    "batchSize": 32,
    "epochs": {"head": 5, "fineTuning": 5},
    "learningRate": {"head": 1e-3, "fineTuning": 1e-5},
    "fineTuneFrom": 100,
}
# %% [2]
def loadFolder(name: str) -> tf.data.Dataset:
    return keras.utils.image_dataset_from_directory(
        f"cats_and_dogs_filtered/{name}",
        image_size=config["imageSize"],
        batch_size=config["batchSize"],
    )

trainData = loadFolder("train")
validationData = loadFolder("validation")
# %% [3]
inputShape: tuple = (*config["imageSize"], 3)

base_model = keras.applications.MobileNetV2(
    input_shape=inputShape,
    include_top=False,
    weights="imagenet",
)

# freeze the convolutional base
base_model.trainable: False
# %% [4]
def createModel() -> keras.Model:
    inputs = keras.Input(shape=inputShape)
    x = layers.RandomFlip("horizontal")(inputs)
    x = layers.RandomRotation(0.2)(x)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = base_model(x, training=False)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dropout(0.2)(x)
    outputs = layers.Dense(1, activation="sigmoid")(x)
    return keras.Model(inputs, outputs)

model = createModel()
# %% [5]
def compileWith(learningRate: float) -> None:
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate=learningRate),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )

compileWith(config["learningRate"]["head"])
history = model.fit(trainData, epochs=config["epochs"]["head"], validation_data=validationData)
# %% [6]
base_model.trainable = True
for index, layer in enumerate(base_model.layers):
    if index < config["fineTuneFrom"]:
        layer.trainable = False

compileWith(config["learningRate"]["fineTuning"])
historyFine = model.fit(trainData, epochs=config["epochs"]["fineTuning"], validation_data=validationData)
