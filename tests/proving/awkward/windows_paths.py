# why: raw strings with backslashes and a drive letter
# %% same: imports
# %%
base_dir = r'C:\Users\noor\Downloads\cats_and_dogs_filtered'
train_ds = keras.utils.image_dataset_from_directory(base_dir + '\\train', image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory(base_dir + '\\validation', image_size=(160, 160), batch_size=32)
# %% same: augment base freeze build compile fit fine
