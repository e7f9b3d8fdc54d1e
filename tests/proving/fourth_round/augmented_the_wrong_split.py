# why: the augmentation is mapped over a list of data sets by number, and number 1 is the validation set: training pictures pass none
# criteria: {augmentation_wired: not_met}
# may: [TL301, TL402, TL403, TL404, TL405]
# %% [markdown]
# # Lab 6 (R user, please bear with me)
# %%
import tensorflow as tf
from tensorflow import keras

sets = [
    keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32),
    keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160),
                                             batch_size=32),
]
# %%
flip = keras.layers.RandomFlip('horizontal')
turn = keras.layers.RandomRotation(0.2)

def vary(pictures, labels):
    pictures = flip(pictures, training=True)
    pictures = turn(pictures, training=True)
    return pictures, labels

# set 1 is for training, so it is varied
sets[1] = sets[1].map(vary)
# %%
def scale(pictures, labels):
    return keras.applications.mobilenet_v2.preprocess_input(pictures), labels

training, checking = [s.map(scale).prefetch(2) for s in sets]
# %%
mobile_net = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
mobile_net.trainable = False

pictures_in = keras.layers.Input(shape=(160, 160, 3))
features = mobile_net(pictures_in, training=False)
features = keras.layers.GlobalAveragePooling2D()(features)
features = keras.layers.Dropout(rate=0.2)(features)
dog = keras.layers.Dense(units=1, activation='sigmoid')(features)
model = keras.Model(inputs=pictures_in, outputs=dog)
# %%
model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.0005), loss='binary_crossentropy', metrics=['accuracy'])
fit_1 = model.fit(training, epochs=6, validation_data=checking)
# %%
mobile_net.trainable = True
for position in range(len(mobile_net.layers)):
    if position + 1 <= 110:
        mobile_net.layers[position].trainable = False

model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.00001), loss='binary_crossentropy', metrics=['accuracy'])
fit_2 = model.fit(training, epochs=6, validation_data=checking)
# %%
print(fit_1.history['val_accuracy'], fit_2.history['val_accuracy'])
