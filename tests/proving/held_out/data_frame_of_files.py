# why: a data frame of file names feeds generators with /255 and arguments for augmentation; 224 pixels, Flatten, no fine-tuning
# criteria: {backbone_input_shape: not_met, augmentation_defined: partly, augmentation_wired: partly, preprocessing_once: not_met, pooled_to_vector: not_met, fine_tuning: not_met}
# findings: [TL103]
# %% [1]
import pandas as pd
from pathlib import Path
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.layers import Dense, Dropout, Flatten
from tensorflow.keras.models import Sequential
from tensorflow.keras.preprocessing.image import ImageDataGenerator
# %% [2]
def frame(split):
    files = sorted(Path('cats_and_dogs_filtered', split).rglob('*.jpg'))
    return pd.DataFrame({'filename': [str(f) for f in files], 'category': [f.parent.name for f in files]})

train_df, val_df = frame('train'), frame('validation')
train_df.category.value_counts()
# %% [3]
train_gen = ImageDataGenerator(rescale=1./255, rotation_range=15, shear_range=0.1, zoom_range=0.2, horizontal_flip=True,
                               width_shift_range=0.1, height_shift_range=0.1)
val_gen = ImageDataGenerator(rescale=1./255)
columns = dict(x_col='filename', y_col='category', target_size=(224, 224), class_mode='binary', batch_size=16)
train_generator = train_gen.flow_from_dataframe(train_df, **columns)
val_generator = val_gen.flow_from_dataframe(val_df, shuffle=False, **columns)
# %% [4]
conv = MobileNetV2(weights='imagenet', include_top=False, input_shape=(224, 224, 3))
conv.trainable = False
model = Sequential([conv, Flatten(), Dense(64, activation='relu'), Dropout(0.5), Dense(1, activation='sigmoid')])
model.compile(loss='binary_crossentropy', optimizer='adam', metrics=['accuracy'])
# %% [5]
history = model.fit(train_generator, epochs=3, validation_data=val_generator)
# %% [6]
model.save_weights('model.weights.h5')
