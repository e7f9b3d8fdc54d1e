# why: the backbone is frozen inside a with block only, in which the head is compiled and trained
# %% same: imports
# %% [4]
import contextlib

@contextlib.contextmanager
def frozen(net):
    """Inside the block `net` keeps its weights."""
    before = net.trainable
    net.trainable = False
    try:
        yield net
    finally:
        net.trainable = before
# %% [5] same: data augment base build
# %% [9]
with frozen(base_model) as net:
    print(len(net.trainable_weights), "weights of the backbone learn now")
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
    history = model.fit(train_ds, epochs=3, validation_data=val_ds, verbose=2)
# >>>
# 0 weights of the backbone learn now
# Epoch 1/3
# 63/63 - 41s - 652ms/step - accuracy: 0.8765 - loss: 0.2822 - val_accuracy: 0.9620 - val_loss: 0.1053
# Epoch 2/3
# 63/63 - 38s - 601ms/step - accuracy: 0.9455 - loss: 0.1366 - val_accuracy: 0.9710 - val_loss: 0.0790
# Epoch 3/3
# 63/63 - 38s - 603ms/step - accuracy: 0.9510 - loss: 0.1207 - val_accuracy: 0.9740 - val_loss: 0.0701
# %% [10]
# behind the block everything is open again
for layer in base_model.layers[:110]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="binary_crossentropy", metrics=["accuracy"])
history_fine = model.fit(train_ds, epochs=3, validation_data=val_ds, verbose=2)
