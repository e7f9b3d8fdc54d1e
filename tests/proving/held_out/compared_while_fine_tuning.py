# why: == instead of = in the loop that should freeze the first layers again, so that all of them are open
# criteria: {fine_tuning_unfreezes: partly}
# %% [1] same: imports
# %% [2] same: data augment base
# %% [5]
base_model.trainable = False
# %% [6] same: build compile fit
# %% [9]
print('Number of layers:', len(base_model.layers))
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable == False
# >>>
# Number of layers: 154
# %% [10] same: recompile refit
