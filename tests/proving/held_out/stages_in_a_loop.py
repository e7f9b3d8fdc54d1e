# why: feature extraction and two stages of fine-tuning are rows of one plan, worked through by one loop
# %% same: imports data augment base build
# %%
from collections import namedtuple

Stage = namedtuple('Stage', 'name first_open rate epochs')
PLAN = [
    Stage('head only', None, 1e-3, 5),
    Stage('last blocks', 125, 1e-4, 3),
    Stage('upper half', 90, 1e-5, 3),
]
# %%
results, done = {}, 0
for stage in PLAN:
    base_model.trainable = stage.first_open is not None
    for layer in base_model.layers[:stage.first_open or 0]:
        layer.trainable = False
    model.compile(optimizer=keras.optimizers.Adam(stage.rate), loss='binary_crossentropy', metrics=['accuracy'])
    print(f'--- {stage.name}: {len(model.trainable_weights)} weights learn, rate {stage.rate}')
    h = model.fit(train_ds, initial_epoch=done, epochs=done + stage.epochs, validation_data=val_ds)
    done += stage.epochs
    results[stage.name] = max(h.history['val_accuracy'])
# %%
for name, accuracy in results.items():
    print(f'{name:12s} {accuracy:.3f}')
