# why: base_model.trainable and a flag are set by one chained assignment
# %% same: imports data augment base
# %%
base_model.trainable = is_trainable = False
# %% same: build compile fit fine
