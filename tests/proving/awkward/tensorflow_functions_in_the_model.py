# why: tf.cast and tf.reduce_mean on symbolic tensors, which Keras 2 allowed and Keras 3 does not
# any: [feature_extraction_trained, frozen_weights_unchanged]
# %% same: imports data augment base freeze
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = tf.cast(x, tf.float32)
x = (x - 127.5) / 127.5
x = base_model(x, training=False)
x = tf.reduce_mean(x, axis=[1, 2])
outputs = layers.Dense(1, activation='sigmoid')(x)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
