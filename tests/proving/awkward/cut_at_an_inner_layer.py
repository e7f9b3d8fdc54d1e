# why: include_top=True, but the model is cut at the pooling layer below the classifier
# any: [pooled_to_vector]
# %% same: imports data augment
# %%
whole = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=True, weights='imagenet')
base_model = keras.Model(whole.input, whole.layers[-2].output)
base_model.trainable = False
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
