# why: with a name for each step, the scaled picture is pooled instead of the features: the backbone is called, and is not in the model
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, augmentation_wired: not_met, preprocessing_once: not_met, inference_mode: not_met, pooled_to_vector: not_met, feature_extraction_trained: not_met, fine_tuning: not_met}
# findings: [TL303]
# may: [TL201, TL206, TL301, TL602]
# %%
import keras
from keras.applications.mobilenet_v2 import MobileNetV2, preprocess_input
from keras.layers import Dense, Dropout, GlobalAveragePooling2D, Input, RandomFlip, RandomZoom
from keras.optimizers import Adam
from keras.utils import image_dataset_from_directory
# %%
train_batches = image_dataset_from_directory('cats_and_dogs_filtered/train', image_size=(160, 160), batch_size=32)
val_batches = image_dataset_from_directory('cats_and_dogs_filtered/validation', image_size=(160, 160), batch_size=32)
# %%
extractor = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
extractor.trainable = False
# %%
picture = Input(shape=(160, 160, 3))
flipped = RandomFlip('horizontal')(picture)
zoomed = RandomZoom(0.2)(flipped)
scaled = preprocess_input(zoomed)
features = extractor(scaled, training=False)
print('features:', features.shape)
pooled = GlobalAveragePooling2D()(scaled)
regularised = Dropout(0.2)(pooled)
probability = Dense(1, activation='sigmoid')(regularised)
classifier = keras.Model(picture, probability)
# >>>
# features: (None, 5, 5, 1280)
# %%
classifier.compile(optimizer=Adam(1e-3), loss='binary_crossentropy', metrics=['accuracy'])
training = classifier.fit(train_batches, epochs=5, validation_data=val_batches)
# %%
extractor.trainable = True
for layer in extractor.layers[:100]:
    layer.trainable = False
classifier.compile(optimizer=Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
tuning = classifier.fit(train_batches, epochs=5, validation_data=val_batches)
