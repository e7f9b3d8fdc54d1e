# why: a physicist writes the stable cross-entropy out as a formula of logits, but the head has a sigmoid already
# criteria: {loss_agrees: not_met}
# may: [TL305]
# %% [markdown]
# # Transfer learning
# For a label $y$ and a score $z$, the cross-entropy is
# $$L(y, z) = \max(z, 0) - y z + \ln(1 + e^{-|z|}),$$
# which does not overflow for large $|z|$.
# %%
import numpy as np
import matplotlib.pyplot as plt
import keras
from keras import layers, ops
# %%
def cross_entropy(y, z):
    y = ops.reshape(ops.cast(y, z.dtype), ops.shape(z))
    return ops.mean(ops.maximum(z, 0) - y * z + ops.log1p(ops.exp(-ops.abs(z))), axis=-1)

z = np.linspace(-8, 8, 101, dtype='float32')[:, None]
plt.plot(z, cross_entropy(np.ones_like(z), ops.convert_to_tensor(z)))
plt.xlabel('$z$'), plt.ylabel('$L(1, z)$');
# %%
N = 160
training, validation = (
    keras.utils.image_dataset_from_directory(f'cats_and_dogs_filtered/{name}', image_size=(N, N), batch_size=32)
    for name in ('train', 'validation')
)
# %%
M = keras.applications.MobileNetV2(input_shape=(N, N, 3), include_top=False, weights='imagenet')
M.trainable = False

perturbation = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(1 / 18)])
I = keras.Input((N, N, 3))
F = M(perturbation(I) / 127.5 - 1, training=False)      # features f_ijk
v = layers.GlobalAveragePooling2D()(F)                  # v_k = <f_ijk>_ij
p = layers.Dense(1, activation='sigmoid')(v)
net = keras.Model(I, p)
# %%
net.compile(keras.optimizers.Adam(1e-3), loss=cross_entropy, metrics=[keras.metrics.BinaryAccuracy(name='acc')])
run_1 = net.fit(training, validation_data=validation, epochs=5)
# %%
M.trainable = True
for layer in M.layers[:100]:
    layer.trainable = False
net.compile(keras.optimizers.Adam(1e-5), loss=cross_entropy, metrics=[keras.metrics.BinaryAccuracy(name='acc')])
run_2 = net.fit(training, validation_data=validation, epochs=5)
# %%
epochs = np.arange(10) + 1
plt.semilogy(epochs, run_1.history['loss'] + run_2.history['loss'], 'k.-')
plt.xlabel('epoch'), plt.ylabel('$L$');
