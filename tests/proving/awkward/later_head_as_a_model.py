# why: the head is a Sequential of its own, called on the features
# %% same: imports data augment base freeze
# %%
head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dropout(0.3), layers.Dense(1, activation='sigmoid')], name='head')
inputs = keras.Input(shape=(160, 160, 3))
features = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
model = keras.Model(inputs, head(features))
# %% same: compile fit fine
