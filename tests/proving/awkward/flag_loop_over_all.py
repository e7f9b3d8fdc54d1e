# why: one loop with a flag freezes everything, since no layer has that name
# %% same: imports data augment base
# %%
trainable = False
for layer in base_model.layers:
    if layer.name == 'block5_conv1':
        trainable = True
    layer.trainable = trainable
# %% same: build compile fit fine
