# why: clone_model makes a copy with fresh, random weights; the original stays outside
# any: [backbone_pretrained, frozen_weights_unchanged]
# may: [TL603, TL303]
# %% same: imports data augment base
# %%
original = base_model
base_model = keras.models.clone_model(original)
base_model.trainable = False
# %% same: build compile fit fine
