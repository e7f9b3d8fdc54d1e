# why: two things are assigned at once, one of them trainable
# %% same: imports data augment base
# %%
base_model.trainable, EPOCHS = False, 5
# %% same: build compile
# %%
history = model.fit(train_ds, epochs=EPOCHS, validation_data=val_ds)
# %% same: fine
