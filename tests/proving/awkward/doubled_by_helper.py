# why: a helper scales inside its map, and the model scales again
# criteria: {preprocessing_once: not_met}
# findings: [TL102]
# %% same: imports
# %%
def load(name):
    ds = keras.utils.image_dataset_from_directory(f'cats_and_dogs_filtered/{name}', image_size=(160, 160), batch_size=32)
    return ds.map(prepare)

def prepare(x, y):
    return keras.applications.mobilenet_v2.preprocess_input(x), y

train_ds, val_ds = load('train'), load('validation')
# %% same: augment base freeze build compile fit fine
