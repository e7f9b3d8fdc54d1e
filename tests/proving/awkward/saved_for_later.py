# why: a saved model is loaded and only evaluated; fine-tuning goes on with the one in memory
# %% same: imports data augment base freeze build compile fit
# %%
model.save('head.keras')
again = keras.models.load_model('head.keras')
print(again.evaluate(val_ds))
# %% same: fine
