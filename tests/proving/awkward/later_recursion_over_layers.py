# why: a recursive function freezes layers inside layers
# %% same: imports data augment base
# %%
def freeze(layer):
    layer.trainable = False
    for inner in getattr(layer, 'layers', []):
        freeze(inner)

freeze(base_model)
# %% same: build compile fit fine
