# why: settings live in a dataclass
# %% same: imports data augment
# %%
from dataclasses import dataclass

@dataclass
class Settings:
    size: int = 160
    include_top: bool = False
    weights: str = 'imagenet'
    rate: float = 1e-3
    fine_rate: float = 1e-5
    fine_tune_at: int = 100

cfg = Settings()
base_model = keras.applications.MobileNetV2(input_shape=(cfg.size, cfg.size, 3), include_top=cfg.include_top, weights=cfg.weights)
base_model.trainable = False
# %% same: build
# %%
model.compile(optimizer=keras.optimizers.Adam(cfg.rate), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit
# %%
base_model.trainable = True
for layer in base_model.layers[:cfg.fine_tune_at]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(cfg.fine_rate), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: refit
