# why: fit is called once an epoch in a for loop
# %% same: imports data augment base freeze build compile
# %%
accs = []
for epoch in range(3):
    history = model.fit(train_ds, epochs=1, validation_data=val_ds, verbose=0)
    accs.append(history.history['accuracy'][0])
# %% same: fine
