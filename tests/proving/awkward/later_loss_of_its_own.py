# why: a loss function of the student's own wraps Keras's
# any: [loss_agrees]
# %% same: imports data augment base freeze build
# %%
def my_loss(y_true, y_pred):
    return keras.losses.binary_crossentropy(tf.reshape(tf.cast(y_true, tf.float32), (-1, 1)), y_pred)

model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=my_loss, metrics=['accuracy'])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss=my_loss, metrics=['accuracy'])
# %% same: refit
