# why: fine-tuning walks backwards through the layers and breaks
# %% same: imports data augment base freeze build compile fit
# %%
base_model.trainable = True
for number, layer in enumerate(reversed(base_model.layers)):
    if number < 40:
        continue
    layer.trainable = False
# %% same: recompile refit
