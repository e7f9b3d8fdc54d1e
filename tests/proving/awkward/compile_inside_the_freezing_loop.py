# why: compiled 154 times, once a layer; the last time counts
# %% same: imports data augment base build
# %%
for layer in base_model.layers:
    layer.trainable = False
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit fine
