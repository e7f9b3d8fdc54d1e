# why: cells added at different times: the training set is scaled in one, and in a later one "both" sets are, so training is scaled twice
# criteria: {preprocessing_once: not_met}
# findings: [TL102]
# may: [TL107]
# %% [2]
import tensorflow as tf
import tensorflow.keras as K
L = K.layers
# %% [3]
train = K.utils.image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160,160), batch_size=32)
print(train.class_names)
# %% [5]
# to [-1,1] for mobilenet
norm = lambda img, lab: (K.applications.mobilenet_v2.preprocess_input(img), lab)
train = train.map(norm)
for img, lab in train.take(1):
    print(img.shape, float(tf.reduce_min(img)), float(tf.reduce_max(img)))
# %% [8]
# forgot validation!!
val = K.utils.image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160,160), batch_size=32)
# %% [9]
# same for both, and faster
AUTO = tf.data.AUTOTUNE
train = train.map(norm, num_parallel_calls=AUTO).prefetch(AUTO)
val = val.map(norm, num_parallel_calls=AUTO).prefetch(AUTO)
# %% [11]
base = K.applications.MobileNetV2(input_shape=(160,160,3), include_top=False, weights='imagenet')
base.trainable = False
# %% [12]
aug = K.Sequential([L.RandomFlip('horizontal'), L.RandomRotation(0.2)])
inp = K.Input(shape=(160,160,3))
out = base(aug(inp), training=False)
out = L.GlobalAveragePooling2D()(out)
out = L.Dropout(0.2)(out)
out = L.Dense(1, activation='sigmoid')(out)
model = K.Model(inp, out)
# %% [13]
model.compile(optimizer=K.optimizers.Adam(1e-4), loss='binary_crossentropy', metrics=['accuracy'])
h1 = model.fit(train, epochs=10, validation_data=val)
# %% [17]
# why is val so strange? try fine tuning
base.trainable = True
for i in range(100):
    base.layers[i].trainable = False
model.compile(optimizer=K.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
h2 = model.fit(train, epochs=15, initial_epoch=10, validation_data=val)
