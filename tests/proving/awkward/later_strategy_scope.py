# why: everything is built and compiled under a distribution strategy
# %% same: imports data
# %%
strategy = tf.distribute.get_strategy()
with strategy.scope():
    data_augmentation = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)])
    base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    base_model.trainable = False
    inputs = keras.Input(shape=(160, 160, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
    x = layers.GlobalAveragePooling2D()(base_model(x, training=False))
    model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit fine
