# why: a while loop with a counter
# %% same: imports data augment base
# %%
i = 0
while i < len(base_model.layers):
    base_model.layers[i].trainable = False
    i += 1
# %% same: build compile fit fine
