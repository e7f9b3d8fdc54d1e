# why: the same settings, with include_top=True among them
# criteria: {backbone_without_top: not_met}
# any: [pooled_to_vector]
# findings: [TL307]
# may: [TL101]
# %% same: imports data augment
# %%
from dataclasses import dataclass

@dataclass
class Settings:
    size: int = 160
    include_top: bool = True

cfg = Settings()
base_model = keras.applications.MobileNetV2(input_shape=(cfg.size, cfg.size, 3), include_top=cfg.include_top)
base_model.trainable = False
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(base_model(x, training=False)))
# %% same: compile fit fine
