# why: False is written as 0
# %% same: imports data augment base
# %%
base_model.trainable = 0
# %% same: build compile fit fine
