# why: the first hundred layers of the whole model are frozen for fine-tuning, which are all of its seven or eight
# criteria: {fine_tuning_unfreezes: not_met}
# %% same: imports data augment base freeze build compile fit
# %%
print("Number of layers in the model: ", len(model.layers))
model.trainable = True

# freeze everything before layer 100
for layer in model.layers[:100]:
    layer.trainable = False
# %% same: recompile refit
