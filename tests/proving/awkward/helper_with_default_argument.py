# why: a helper freezes by its default argument and opens by its other one
# %% same: imports data augment base
# %%
def freeze(net, upto=None):
    for layer in net.layers[:upto]:
        layer.trainable = False

freeze(base_model)
# %% same: build compile fit
# %%
base_model.trainable = True
freeze(base_model, 120)
# %% same: recompile refit
