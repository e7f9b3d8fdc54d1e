# why: False is written as `not True`
# %% same: imports data augment base
# %%
base_model.trainable = not True
# %% same: build compile fit fine
