# why: the backbone's own tensors go on into the head, and all layers but the head's are frozen in the new model
# %% same: imports
# %%
train_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160))
val_ds = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160))
flip, zoom = layers.RandomFlip('horizontal'), layers.RandomZoom(0.1)
prep = keras.applications.mobilenet_v2.preprocess_input
train_ds = train_ds.map(lambda x, y: (prep(zoom(flip(x, training=True), training=True)), y))
val_ds = val_ds.map(lambda x, y: (prep(x), y))
# %% same: base
# %%
x = layers.GlobalAveragePooling2D()(base_model.output)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(base_model.input, outputs)
for layer in model.layers[:-2]:
    layer.trainable = False
# %% same: compile fit fine
