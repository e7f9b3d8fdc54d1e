# why: 0 is False
# %% same: imports data augment base
# %%
base_model.trainable = 0
# %% same: build compile fit fine
