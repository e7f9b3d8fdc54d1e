# why: someone who comes from R rebuilds freeze_weights, unfreeze_weights and c() first, and writes TRUE and FALSE
# %%
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

TRUE, FALSE, NULL = True, False, None
c = lambda *v: tuple(v)
application_mobilenet_v2 = keras.applications.MobileNetV2
mobilenet_v2_preprocess_input = keras.applications.mobilenet_v2.preprocess_input

def freeze_weights(object):
    object.trainable = FALSE
    return object

def unfreeze_weights(object, from_=NULL):
    object.trainable = TRUE
    if from_ is not NULL:
        names = [l.name for l in object.layers]
        for l in object.layers[:names.index(from_)]:
            l.trainable = FALSE
    return object
# %%
image_size = c(160, 160)
train_dataset = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=image_size)
validation_dataset = keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=image_size)
# %%
data_augmentation = keras.Sequential([
    layers.RandomFlip("horizontal"),
    layers.RandomRotation(0.1),
    layers.RandomZoom(0.2)])
# %%
conv_base = application_mobilenet_v2(
    weights="imagenet",
    include_top=FALSE,
    input_shape=c(*image_size, 3))
freeze_weights(conv_base)
cat_ = lambda *t: print(*t, sep="")
cat_("trainable weights: ", len(conv_base.trainable_weights))
# %%
inputs = keras.Input(shape=c(*image_size, 3))
outputs = data_augmentation(inputs)
outputs = mobilenet_v2_preprocess_input(outputs)
outputs = conv_base(outputs)
outputs = layers.GlobalAveragePooling2D()(outputs)
outputs = layers.Dense(units=256, activation="relu")(outputs)
outputs = layers.Dropout(0.5)(outputs)
outputs = layers.Dense(units=1)(outputs)
model = keras.Model(inputs, outputs)
# %%
model.compile(
    loss=keras.losses.BinaryCrossentropy(from_logits=TRUE),
    optimizer="rmsprop",
    metrics=["accuracy"])
history = model.fit(train_dataset, epochs=6, validation_data=validation_dataset)
# %%
unfreeze_weights(conv_base, from_="block_13_expand")
model.compile(
    loss=keras.losses.BinaryCrossentropy(from_logits=TRUE),
    optimizer=keras.optimizers.RMSprop(learning_rate=1e-5),
    metrics=["accuracy"])
history_fine = model.fit(train_dataset, epochs=6, validation_data=validation_dataset)
