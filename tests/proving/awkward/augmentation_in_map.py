# why: random layers are mapped over the training data in one chained line with everything else
# %% same: imports
# %%
ds = lambda part: keras.utils.image_dataset_from_directory(f'cats_and_dogs_filtered/{part}', image_size=(160, 160))
aug = keras.Sequential([layers.RandomFlip(), layers.RandomRotation(0.1), layers.RandomZoom(0.1)])
train_ds = (ds('train')
            .map(lambda x, y: (aug(x, training=True), y))
            .map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
            .prefetch(tf.data.AUTOTUNE))
val_ds = ds('validation').map(lambda x, y: (keras.applications.mobilenet_v2.preprocess_input(x), y))
# %% same: base freeze
# %%
model = keras.Sequential([base_model, layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])
# %% same: compile fit fine
