# why: labels -1 and 1 with tanh and hinge; two flips are one kind of layer; the split has two seeds
# criteria: {binary_head: not_met, loss_agrees: partly}
# any: [augmentation_defined, augmentation_wired]
# findings: [TL403]
# may: [TL401, TL402]
# %% same: imports
# %%
train_dir = 'cats_and_dogs_filtered/train'
train_ds = keras.utils.image_dataset_from_directory(train_dir, validation_split=0.25, subset='training', seed=1,
                                                    image_size=(160, 160), batch_size=32)
val_ds = keras.utils.image_dataset_from_directory(train_dir, validation_split=0.25, subset='validation', seed=2,
                                                  image_size=(160, 160), batch_size=32)
# %%
def plus_minus(x, y):
    return x, 2 * tf.cast(y, tf.float32) - 1

train_ds, val_ds = train_ds.map(plus_minus), val_ds.map(plus_minus)
# %%
data_augmentation = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomFlip('vertical')])
# %% same: base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
x = layers.GlobalAveragePooling2D()(base_model(x, training=False))
svm = layers.Dense(1, activation='tanh', kernel_regularizer=keras.regularizers.L2(1e-3))
model = keras.Model(inputs, svm(x))
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='hinge', metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='hinge', metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)])
# %% same: refit
