# why: tf.nn.sigmoid is called on the logits, which Keras 2 allowed and Keras 3 does not
# any: [feature_extraction_trained, frozen_weights_unchanged]
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs)), training=False)
x = layers.GlobalAveragePooling2D()(x)
logits = layers.Dense(1)(x)
outputs = tf.nn.sigmoid(logits)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
