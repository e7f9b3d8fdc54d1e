# why: compiled for fine-tuning first, opened afterwards; whether that opens anything is Keras 3's affair, not the rubric's
# criteria: {fine_tuning_recompiled: not_met}
# any: [fine_tuning_unfreezes]
# may: [TL205]
# %% same: imports data augment base freeze build compile fit
# %%
# Step 1: compile with a small learning rate
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
# %%
# Step 2: unfreeze the top of the base model
base_model.trainable = True
for layer in base_model.layers[:100]:
    layer.trainable = False
# %%
# Step 3: continue training
fine = model.fit(train_ds, epochs=10, initial_epoch=5, validation_data=val_ds)
