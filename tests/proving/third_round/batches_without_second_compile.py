# why: train_on_batch in a loop of its own; for fine-tuning the rate is assigned, layers are opened, and compile is not called again
# criteria: {fine_tuning_recompiled: not_met}
# any: [fine_tuning_unfreezes]
# findings: [TL205]
# %% [1]
import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
from tqdm import tqdm
# %% [2]
BATCH = 20      # 2000 / 20: no batch is smaller than the others
train = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(160, 160), batch_size=BATCH)
valid = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(160, 160),
                                                 batch_size=BATCH)
# %% [3]
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
base.trainable = False

model = keras.Sequential([
    keras.Input((160, 160, 3)),
    layers.RandomFlip("horizontal"),
    layers.RandomRotation(0.2),
    layers.RandomZoom(0.2),
    layers.Rescaling(1 / 127.5, offset=-1),
    base,
    layers.GlobalAveragePooling2D(),
    layers.Dropout(0.2),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
# %% [4]
def one_epoch(number):
    losses = []
    for images, labels in tqdm(train, desc=f"epoch {number}"):
        losses.append(model.train_on_batch(images, labels, return_dict=True)["loss"])
    scores = model.evaluate(valid, verbose=0, return_dict=True)
    print(f"epoch {number}: loss {np.mean(losses):.4f}, val_accuracy {scores['accuracy']:.4f}")
    return scores["accuracy"]


EPOCHS, FINE_EPOCHS = 5, 5
curve = [one_epoch(n) for n in range(EPOCHS)]
# %% [5]
# fine-tuning: open the top and go on with a hundredth of the rate
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
model.optimizer.learning_rate = 1e-5
print("learning rate now", float(model.optimizer.learning_rate.numpy()))

curve += [one_epoch(n) for n in range(EPOCHS, EPOCHS + FINE_EPOCHS)]
# %% [6]
print(np.round(curve, 3))
