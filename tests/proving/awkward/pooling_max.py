# why: the backbone pools by its maximum
# criteria: {pooled_to_vector: partly}
# %% same: imports data augment
# %%
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet', pooling='max')
base_model.trainable = False
inputs = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
x = base_model(x, training=False)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
