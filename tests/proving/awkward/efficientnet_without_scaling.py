# why: EfficientNet rescales by itself, so nothing is missing; but the lab asks for MobileNetV2
# criteria: {backbone_without_top: not_met}
# %% same: imports data augment
# %%
base_model = keras.applications.EfficientNetB0(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base_model.trainable = False
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(data_augmentation(inputs), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
