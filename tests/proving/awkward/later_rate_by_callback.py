# why: a callback lowers the rate while the head learns; fine-tuning has its own
# %% same: imports data augment base freeze build compile
# %%
plateau = keras.callbacks.ReduceLROnPlateau(monitor='val_loss', factor=0.5, patience=1)
history = model.fit(train_ds, epochs=5, validation_data=val_ds, callbacks=[plateau])
# %% same: fine
