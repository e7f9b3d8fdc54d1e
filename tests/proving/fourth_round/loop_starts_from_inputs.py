# why: the loop over the random layers calls each on `inputs` again, so that only the last of the three is in the model
# criteria: {augmentation_wired: partly}
# may: [TL301]
# %%
import dataclasses
from typing import Sequence

import keras


@dataclasses.dataclass(kw_only=True)
class Recipe:
    side: int = 160
    batch: int = 32
    dropout: float = 0.2
    augmentations: Sequence[keras.Layer] = dataclasses.field(default_factory=lambda: (
        keras.layers.RandomFlip("horizontal"), keras.layers.RandomZoom(0.2), keras.layers.RandomRotation(0.2)))
    rates: tuple[float, float] = (1e-3, 1e-5)
    epochs: tuple[int, int] = (5, 5)
    fine_tune_at: int = 100

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.side, self.side, 3


recipe = Recipe()
# %%
def datasets(r: Recipe):
    for folder in ("train", "validation"):
        yield keras.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{folder}", batch_size=r.batch,
                                                       image_size=r.shape[:2])


train, val = datasets(recipe)
# %%
def build(r: Recipe, backbone: keras.Model) -> keras.Model:
    inputs = keras.Input(r.shape)
    for augmentation in r.augmentations:
        x = augmentation(inputs)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = backbone(x, training=False)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(r.dropout)(x)
    x = keras.layers.Dense(1, activation="sigmoid")(x)
    return keras.Model(inputs, x, name="cats_and_dogs")


def learn(model: keras.Model, rate: float, epochs: int, start: int = 0) -> keras.callbacks.History:
    model.compile(optimizer=keras.optimizers.AdamW(rate), loss="binary_crossentropy", metrics=["accuracy"])
    return model.fit(train, validation_data=val, initial_epoch=start, epochs=start + epochs)
# %%
backbone = keras.applications.MobileNetV2(input_shape=recipe.shape, include_top=False, weights="imagenet")
backbone.trainable = False
model = build(recipe, backbone)
extraction = learn(model, recipe.rates[0], recipe.epochs[0])
# %%
backbone.trainable = True
for frozen in backbone.layers[: recipe.fine_tune_at]:
    frozen.trainable = False
tuning = learn(model, recipe.rates[1], recipe.epochs[1], start=recipe.epochs[0])
