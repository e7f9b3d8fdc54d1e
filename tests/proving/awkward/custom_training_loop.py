# why: GradientTape instead of fit, for the head and again for fine-tuning
# any: [fine_tuning_recompiled, fine_tuning_continues, fine_tuning_lower_rate, loss_agrees, frozen_weights_unchanged, fine_tuning_unfreezes, feature_extraction_trained, preprocessing_once]
# %% same: imports data augment base freeze build
# %%
loss_fn = keras.losses.BinaryCrossentropy()

def run(optimizer, steps):
    for step, (images, labels) in enumerate(train_ds.take(steps)):
        with tf.GradientTape() as tape:
            predictions = model(images, training=True)
            loss = loss_fn(tf.reshape(labels, (-1, 1)), predictions)
        grads = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(grads, model.trainable_variables))
        if step % 10 == 0:
            print(step, float(loss))

run(keras.optimizers.Adam(1e-3), 3)
# %% same: unfreeze
# %%
run(keras.optimizers.Adam(1e-5), 2)
