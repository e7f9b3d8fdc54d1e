# why: tf.image functions in map, no layers; whether they are "layers" is for the instructor to say
# any: [augmentation_defined, augmentation_wired]
# may: [TL301]
# %% same: imports data
# %%
def augment(image, label):
    image = tf.image.random_flip_left_right(image)
    image = tf.image.random_brightness(image, 0.1)
    return image, label

train_ds = train_ds.map(augment)
# %% same: base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(inputs), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
