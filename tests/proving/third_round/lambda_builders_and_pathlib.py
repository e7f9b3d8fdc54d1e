# why: right; a frozen dataclass, builders as lambdas in a dictionary, validation_split with one seed, the validation folder as test
# %%
from dataclasses import dataclass, replace
from pathlib import Path

import keras
from keras import layers
# %%
@dataclass(frozen=True)
class Plan:
    rate: float
    epochs: int
    done: int = 0
    closed: int | None = None      # how many layers stay closed; None: all of them


ROOT = Path.cwd() / "cats_and_dogs_filtered"
SIZE = (160, 160)
FIRST = Plan(rate=1e-3, epochs=6)
SECOND = replace(FIRST, rate=FIRST.rate / 50, done=FIRST.epochs, closed=100)
# %%
split = {"validation_split": 0.2, "seed": 42, "image_size": SIZE, "batch_size": 32}
train_ds = keras.utils.image_dataset_from_directory(ROOT / "train", subset="training", **split)
val_ds = keras.utils.image_dataset_from_directory(ROOT / "train", subset="validation", **split)
test_ds = keras.utils.image_dataset_from_directory(ROOT / "validation", image_size=SIZE, batch_size=32, shuffle=False)
# %%
# each part of the network is a recipe, so that I can swap one and run again
recipes = {
    "augment": lambda: keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1),
                                         layers.RandomZoom(0.1)]),
    "scale": lambda: layers.Rescaling(1.0 / 127.5, offset=-1),
    "features": lambda: keras.applications.MobileNetV2(input_shape=SIZE + (3,), include_top=False),
    "pool": lambda: layers.GlobalAveragePooling2D(),
    # "pool": lambda: layers.GlobalMaxPooling2D(),
    "drop": lambda: layers.Dropout(0.2),
    "probability": lambda: layers.Dense(1, activation="sigmoid"),
}
parts = {name: recipe() for name, recipe in recipes.items()}
# %%
class Experiment:
    def __init__(self, parts):
        self.features = parts["features"]
        inputs = keras.Input(SIZE + (3,))
        x = inputs
        for part in parts.values():
            x = part(x)
        self.model = keras.Model(inputs, x)
        self.curves = []

    def carry_out(self, plan: Plan):
        self.features.trainable = plan.closed is not None
        for layer in self.features.layers[: plan.closed]:
            layer.trainable = False
        self.model.compile(optimizer=keras.optimizers.Adam(plan.rate), loss="binary_crossentropy", metrics=["accuracy"])
        log = self.model.fit(train_ds, validation_data=val_ds, initial_epoch=plan.done, epochs=plan.done + plan.epochs)
        self.curves += log.history["val_accuracy"]
        return self


experiment = Experiment(parts).carry_out(FIRST)
# %%
experiment.carry_out(SECOND)
print(experiment.curves)
# %%
experiment.model.evaluate(test_ds)
