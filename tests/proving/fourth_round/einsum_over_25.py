# why: right; a physicist averages the feature maps by einsum and divides by the number of places, and scales the pixels by arithmetic
# %% [markdown]
# **Lab 06** I prefer to see the indices: b = batch, h, w = place, c = channel.
# %%
import numpy as np
import keras
from keras import ops

rng_seed = 20
L = 160                      # pixels
tau1, tau2 = 1e-3, 1e-5      # step lengths
# %%
def sample(which):
    return keras.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{which}", labels="inferred",
                                                    label_mode="binary", image_size=[L, L], batch_size=32,
                                                    seed=rng_seed)

S_train, S_val = sample("train"), sample("validation")
# %%
phi = keras.applications.MobileNetV2(input_shape=(L, L, 3), include_top=False, weights="imagenet")
phi.trainable = False
n_theta = int(sum(np.prod(v.shape) for v in phi.weights))
print(f"phi has {n_theta:.3e} parameters, {len(phi.trainable_weights)} free")
# %%
I = keras.Input((L, L, 3))
J = keras.layers.RandomFlip("horizontal", seed=rng_seed)(I)
J = keras.layers.RandomRotation(0.2, seed=rng_seed)(J)
J = J / 127.5 - 1.0                                      # [0, 255] -> [-1, 1]
F = phi(J, training=False)                               # (b, 5, 5, 1280)
n_places = F.shape[1] * F.shape[2]
f = ops.einsum("bhwc->bc", F) / n_places                 # <F>_hw, (b, 1280)
f = keras.layers.Dropout(0.2)(f)
p = keras.layers.Dense(1, activation="sigmoid")(f)       # P(dog | I)
M = keras.Model(I, p)
print(F.shape, f.shape, p.shape)
# %%
M.compile(optimizer=keras.optimizers.SGD(learning_rate=tau1, momentum=0.9), loss="binary_crossentropy",
          metrics=["binary_accuracy"])
A = M.fit(S_train, validation_data=S_val, epochs=10)
# %%
# now let the last blocks relax, with a hundredth of the step
phi.trainable = True
for k, layer in enumerate(phi.layers):
    if k < 100:
        layer.trainable = False
M.compile(optimizer=keras.optimizers.SGD(learning_rate=tau2, momentum=0.9), loss="binary_crossentropy",
          metrics=["binary_accuracy"])
B = M.fit(S_train, validation_data=S_val, initial_epoch=10, epochs=20)
# %%
acc = np.concatenate([A.history["val_binary_accuracy"], B.history["val_binary_accuracy"]])
print("best", acc.max().round(4), "at epoch", acc.argmax() + 1)
