# why: Rescaling(1/127.5) without its offset gives [0, 2]; and fine-tuning starts at layer 155 of 154, so that nothing is opened
# criteria: {preprocessing_once: not_met, fine_tuning_unfreezes: not_met}
# may: [TL101]
# %% [3] same: imports
# %% [4]
PATH = '/content/cats_and_dogs_filtered'
train_dir, validation_dir = (os.path.join(PATH, d) for d in ('train', 'validation'))
BATCH_SIZE = 32
IMG_SIZE = (160, 160)
IMG_SHAPE = IMG_SIZE + (3,)

train_dataset = tf.keras.utils.image_dataset_from_directory(train_dir, shuffle=True, batch_size=BATCH_SIZE,
                                                            image_size=IMG_SIZE)
validation_dataset = tf.keras.utils.image_dataset_from_directory(validation_dir, shuffle=True, batch_size=BATCH_SIZE,
                                                                 image_size=IMG_SIZE)
# %% [5]
data_augmentation = tf.keras.Sequential([
    tf.keras.layers.RandomFlip('horizontal'),
    tf.keras.layers.RandomRotation(0.2),
    tf.keras.layers.RandomZoom(0.2),
])
rescale = tf.keras.layers.Rescaling(1./127.5)    # from [0, 255] to [-1, 1]
# %% [6]
base_model = tf.keras.applications.MobileNetV2(input_shape=IMG_SHAPE, include_top=False, weights='imagenet')
base_model.trainable = False
# %% [7]
global_average_layer = tf.keras.layers.GlobalAveragePooling2D()
prediction_layer = tf.keras.layers.Dense(1, activation='sigmoid')

inputs = tf.keras.Input(shape=IMG_SHAPE)
x = data_augmentation(inputs)
x = rescale(x)
x = base_model(x, training=False)
x = global_average_layer(x)
x = tf.keras.layers.Dropout(0.2)(x)
outputs = prediction_layer(x)
model = tf.keras.Model(inputs, outputs)
# %% [8]
base_learning_rate = 0.0001
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=base_learning_rate),
              loss=tf.keras.losses.BinaryCrossentropy(),
              metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.5, name='accuracy')])
initial_epochs = 10
history = model.fit(train_dataset, epochs=initial_epochs, validation_data=validation_dataset)
# %% [9]
base_model.trainable = True
print("Number of layers in the base model: ", len(base_model.layers))

# Fine-tune from the last layer onwards, so that it does not overfit
fine_tune_at = 155

for layer in base_model.layers[:fine_tune_at]:
    layer.trainable = False
# >>>
# Number of layers in the base model:  154
# %% [10]
model.compile(loss=tf.keras.losses.BinaryCrossentropy(),
              optimizer=tf.keras.optimizers.RMSprop(learning_rate=base_learning_rate / 10),
              metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.5, name='accuracy')])
history_fine = model.fit(train_dataset, epochs=initial_epochs + 10, initial_epoch=len(history.epoch),
                         validation_data=validation_dataset)
