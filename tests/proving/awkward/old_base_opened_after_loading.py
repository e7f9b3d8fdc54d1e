# why: the model is loaded from its file, and the old variable's backbone is opened, which is not in it
# criteria: {fine_tuning_unfreezes: not_met}
# may: [TL206]
# %% same: imports data augment base freeze build compile fit
# %%
model.save('first.keras')
model = keras.models.load_model('first.keras')
base_model.trainable = True
# %% same: recompile refit
