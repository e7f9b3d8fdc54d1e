# why: preprocessing, backbone and head are three models that are joined
# %% same: imports data augment base freeze
# %%
front_in = keras.Input(shape=(160, 160, 3))
front = keras.Model(front_in, keras.applications.mobilenet_v2.preprocess_input(data_augmentation(front_in)), name='front')
back_in = keras.Input(shape=base_model.output_shape[1:])
back = keras.Model(back_in, layers.Dense(1, activation='sigmoid')(layers.GlobalAveragePooling2D()(back_in)), name='back')
inputs = keras.Input(shape=(160, 160, 3))
model = keras.Model(inputs, back(base_model(front(inputs), training=False)))
# %% same: compile fit fine
