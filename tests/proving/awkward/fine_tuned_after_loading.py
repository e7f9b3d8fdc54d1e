# why: fine-tuning goes on with a model that was saved and loaded again
# any: [fine_tuning_unfreezes]
# %% same: imports data augment base freeze build compile fit
# %%
model.save('phase1.keras')
model = keras.models.load_model('phase1.keras')
inner = [l for l in model.layers if l.name.startswith('mobilenet')][0]
inner.trainable = True
for layer in inner.layers[:100]:
    layer.trainable = False
# %% same: recompile refit
