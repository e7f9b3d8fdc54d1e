# why: a clone of the backbone is opened "to keep the original safe"; the table at the end reads shuffled labels twice
# criteria: {fine_tuning_unfreezes: not_met}
# findings: [TL206, TL407]
# %% same: imports data augment base freeze build compile fit
# %%
# work on a copy, so that the original base stays as it was
fine_tuned_base = keras.models.clone_model(base_model)
fine_tuned_base.set_weights(base_model.get_weights())
fine_tuned_base.trainable = True
for layer in fine_tuned_base.layers[:100]:
    layer.trainable = False
# %% same: recompile refit
# %%
from sklearn.metrics import classification_report

y_true = np.concatenate([labels.numpy() for _, labels in val_ds])
y_pred = (model.predict(val_ds) > 0.5).astype(int).ravel()
print(classification_report(y_true, y_pred, target_names=['cat', 'dog']))
