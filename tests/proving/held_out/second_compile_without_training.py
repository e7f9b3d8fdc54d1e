# why: everything for fine-tuning is prepared and compiled, and then only evaluated: the fit is commented out
# criteria: {fine_tuning: not_met}
# %% same: imports data augment base freeze build compile fit
# %% [markdown]
# ## Fine tuning
# %%
base_model.trainable = True
fine_tune_at = 100
for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False

model.compile(loss='binary_crossentropy', optimizer=keras.optimizers.RMSprop(learning_rate=1e-5), metrics=['accuracy'])
model.summary()
# %%
# takes 20 minutes on my laptop, I run it at home
# history_fine = model.fit(train_ds, epochs=10, initial_epoch=history.epoch[-1], validation_data=val_ds)
loss, acc = model.evaluate(val_ds)
print(f'accuracy after fine tuning: {acc:.2%}')
