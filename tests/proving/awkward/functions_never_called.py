# why: freezing and preprocessing stand in functions that nobody calls
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, preprocessing_once: not_met, inference_mode: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL101, TL201]
# %% same: imports data augment base
# %%
def freeze_base():
    base_model.trainable = False

def preprocess(ds):
    return ds.map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
# %%
model = keras.Sequential([data_augmentation, base_model, layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])
# %% same: compile fit fine
