# why: a layer is opened if it is in a list of layers
# %% same: imports data augment base freeze build compile fit
# %%
last = base_model.layers[-25:]
base_model.trainable = True
for layer in base_model.layers:
    layer.trainable = layer in last
# %% same: recompile refit
