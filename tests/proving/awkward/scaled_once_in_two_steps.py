# why: divided by 255, times two, minus one: three lines that make one right scaling
# %% same: imports data augment base freeze
# %%
def to_unit(x, y):
    x = tf.cast(x, tf.float32) / 255.0
    x = x * 2.0
    return x - 1.0, y

train_ds, val_ds = train_ds.map(to_unit), val_ds.map(to_unit)
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(data_augmentation(inputs), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
