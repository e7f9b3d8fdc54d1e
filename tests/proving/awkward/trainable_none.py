# why: trainable = None is not False in words, but it is in effect
# any: [frozen_before_first_fit, frozen_weights_unchanged, inference_mode]
# may: [TL201, TL602]
# %% same: imports data augment base
# %%
base_model.trainable = None
# %% same: build compile fit fine
