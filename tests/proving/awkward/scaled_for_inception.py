# why: InceptionV3's preprocess_input gives the same range as MobileNetV2's
# %% same: imports data augment base freeze
# %%
from tensorflow.keras.applications.inception_v3 import preprocess_input
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(preprocess_input(data_augmentation(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
