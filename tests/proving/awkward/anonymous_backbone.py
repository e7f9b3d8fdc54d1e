# why: the backbone is made and called in one line and found again by its place in the model
# %% same: imports data augment
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
x = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
base_model = [l for l in model.layers if 'mobilenetv2' in l.name][0]
base_model.trainable = False
# %% same: compile fit fine
