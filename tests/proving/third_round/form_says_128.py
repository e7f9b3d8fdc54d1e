# why: a Colab form sets the size of the pictures, and it stands at 128; data and backbone take it from there
# criteria: {backbone_input_shape: not_met}
# %%
#@title Settings { display-mode: "form" }
image_size = 128 #@param ["96", "128", "160", "192"] {type:"raw"}
batch_size = 32 #@param {type:"slider", min:8, max:64, step:8}
flip = "horizontal" #@param ["horizontal", "vertical", "horizontal_and_vertical"]
rotation = 0.2 #@param {type:"number"}
rate = 0.001 #@param {type:"number"}
unfreeze_from = 100 #@param {type:"integer"}
# %%
#@title Imports and data
import keras
import matplotlib.pyplot as plt
from keras import layers

size = (image_size, image_size)
pictures = {part: keras.utils.image_dataset_from_directory(f"cats_and_dogs_filtered/{part}", image_size=size,
                                                           batch_size=batch_size)
            for part in ("train", "validation")}
class_names = pictures["train"].class_names
# %%
#@title A look at the pictures
plt.figure(figsize=(8, 4))
for images, labels in pictures["train"].take(1):
    for n in range(min(8, len(images))):
        plt.subplot(2, 4, n + 1)
        plt.imshow(images[n].numpy().astype("uint8"))
        plt.title(class_names[labels[n]])
        plt.axis("off")
plt.show()
# %%
#@title Model
base_model = keras.applications.MobileNetV2(input_shape=size + (3,), include_top=False, weights="imagenet")
base_model.trainable = False

inputs = keras.Input(size + (3,))
x = layers.RandomFlip(flip)(inputs)
x = layers.RandomRotation(rotation)(x)
x = keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(x))
# %%
#@title Feature extraction
model.compile(optimizer=keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
history = model.fit(pictures["train"], epochs=10, validation_data=pictures["validation"])
# %%
#@title Fine-tuning
base_model.trainable = True
for layer in base_model.layers[:unfreeze_from]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(rate / 100), loss="binary_crossentropy", metrics=["accuracy"])
history_fine = model.fit(pictures["train"], epochs=20, initial_epoch=10, validation_data=pictures["validation"])
