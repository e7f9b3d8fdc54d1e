# why: freezing by map and a lambda
# %% same: imports data augment base
# %%
list(map(lambda l: setattr(l, 'trainable', False), base_model.layers))
# %% same: build compile fit fine
