# why: `cnn_from_scratch` and `vgg` are the right MobileNetV2 and the right model
# %% same: imports data augment
# %%
vgg = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
vgg.trainable = False
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
x = layers.GlobalAveragePooling2D()(vgg(x, training=False))
cnn_from_scratch = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
cnn_from_scratch.compile(optimizer=keras.optimizers.Adam(0.001), loss='binary_crossentropy', metrics=['accuracy'])
cnn_from_scratch.fit(train_ds, epochs=4, validation_data=val_ds)
# %%
vgg.trainable = True
for layer in vgg.layers[:100]:
    layer.trainable = False
cnn_from_scratch.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
cnn_from_scratch.fit(train_ds, epochs=4, validation_data=val_ds)
