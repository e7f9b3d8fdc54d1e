# why: clone_model, and then the original's weights
# %% same: imports data augment base
# %%
copy = keras.models.clone_model(base_model)
copy.set_weights(base_model.get_weights())
copy.trainable = False
base_model = copy
# %% same: build compile fit fine
