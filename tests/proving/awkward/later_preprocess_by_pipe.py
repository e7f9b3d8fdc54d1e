# why: the preprocessing function is passed from function to function before it is mapped
# %% same: imports data augment base freeze
# %%
def mapped(ds, *functions):
    for function in functions:
        ds = ds.map(lambda x, y, f=function: (f(x), y))
    return ds

train_ds = mapped(train_ds, keras.applications.mobilenet_v2.preprocess_input)
val_ds = mapped(val_ds, keras.applications.mobilenet_v2.preprocess_input)
inputs = keras.Input(shape=(160, 160, 3))
x = layers.GlobalAveragePooling2D()(base_model(data_augmentation(inputs), training=False))
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
