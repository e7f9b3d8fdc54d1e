# why: a chained assignment makes the training folder the validation folder
# findings: [TL404]
# may: [TL403, TL405]
# %% same: imports
# %%
train_dir = validation_dir = os.path.join('cats_and_dogs_filtered', 'validation')
train_ds = keras.utils.image_dataset_from_directory(train_dir, image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory(validation_dir, image_size=(160, 160), batch_size=32)
# %% same: augment base freeze build compile fit fine
