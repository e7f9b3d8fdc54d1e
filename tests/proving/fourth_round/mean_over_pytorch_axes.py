# why: from PyTorch: the mean goes over the axes 2 and 3, as if channels came first, and leaves 5 numbers a picture instead of 1,280
# criteria: {pooled_to_vector: not_met}
# %%
import os
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
from keras import ops

device_batch = 32
# dataloaders
train_loader = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", batch_size=device_batch,
                                                        image_size=(160, 160), shuffle=True)
valid_loader = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", batch_size=device_batch,
                                                        image_size=(160, 160), shuffle=False)
# %%
# transforms.Compose -> Sequential
transform = keras.Sequential([
    keras.layers.RandomFlip("horizontal"),      # RandomHorizontalFlip
    keras.layers.RandomRotation(0.1),           # RandomRotation, but in turns
])
# %%
backbone = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
backbone.trainable = False                      # p.requires_grad_(False)


def forward(images):
    z = transform(images)
    z = keras.applications.mobilenet_v2.preprocess_input(z)
    z = backbone(z, training=False)             # .eval()
    z = ops.mean(z, axis=(2, 3))                # F.adaptive_avg_pool2d(z, 1).flatten(1)
    z = keras.layers.Dropout(0.2)(z)
    return keras.layers.Dense(1, activation="sigmoid")(z)


images = keras.Input((160, 160, 3))
net = keras.Model(images, forward(images))
# %%
criterion = keras.losses.BinaryCrossentropy()
optimizer = keras.optimizers.Adam(learning_rate=1e-3)
net.compile(optimizer=optimizer, loss=criterion, metrics=["accuracy"])
log = net.fit(train_loader, epochs=5, validation_data=valid_loader)
# %%
# fine-tune layer 100 and up
backbone.trainable = True
for m in backbone.layers[:100]:
    m.trainable = False
optimizer = keras.optimizers.Adam(learning_rate=1e-5)
net.compile(optimizer=optimizer, loss=criterion, metrics=["accuracy"])
log_ft = net.fit(train_loader, epochs=10, initial_epoch=5, validation_data=valid_loader)
print(f"valid acc {log.history['val_accuracy'][-1]:.3f} -> {log_ft.history['val_accuracy'][-1]:.3f}")
