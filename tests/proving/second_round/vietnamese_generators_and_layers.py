# why: Vietnamese; a generator only scales, the random layers are in the model; steps_per_epoch, class_weight, validation_freq
# %% [1]
# Bài thực hành 6: Học chuyển giao (Transfer Learning)
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, models, optimizers
from tensorflow.keras.applications import mobilenet_v2
from tensorflow.keras.preprocessing.image import ImageDataGenerator
# %% [2]
thu_muc = 'cats_and_dogs_filtered'
kich_thuoc = (160, 160)
so_anh = 20      # số ảnh mỗi lô

bo_sinh = ImageDataGenerator(preprocessing_function=mobilenet_v2.preprocess_input)
tap_huan_luyen = bo_sinh.flow_from_directory(thu_muc + '/train', target_size=kich_thuoc, batch_size=so_anh,
                                             class_mode='binary')
tap_kiem_tra = bo_sinh.flow_from_directory(thu_muc + '/validation', target_size=kich_thuoc, batch_size=so_anh,
                                           class_mode='binary', shuffle=False)
# %% [3]
# trọng số lớp (hai lớp cân bằng nên gần bằng 1)
dem = np.bincount(tap_huan_luyen.classes)
trong_so = {i: dem.sum() / (2 * n) for i, n in enumerate(dem)}
print(trong_so)
# %% [4]
tang_cuong = models.Sequential(name='tang_cuong')
tang_cuong.add(layers.RandomFlip('horizontal'))
tang_cuong.add(layers.RandomRotation(0.1))
tang_cuong.add(layers.RandomTranslation(0.1, 0.1))

mang_goc = mobilenet_v2.MobileNetV2(weights='imagenet', include_top=False, input_shape=kich_thuoc + (3,))
mang_goc.trainable = False      # đóng băng mạng gốc
# %% [5]
anh = layers.Input(shape=kich_thuoc + (3,))
z = tang_cuong(anh)
z = mang_goc(z, training=False)
z = layers.GlobalAveragePooling2D()(z)
z = layers.Dense(128, activation='relu')(z)
z = layers.BatchNormalization()(z)
z = layers.Dropout(0.4)(z)
xac_suat = layers.Dense(1, activation='sigmoid')(z)
mo_hinh = models.Model(anh, xac_suat)
# %% [6]
%%time
mo_hinh.compile(loss='binary_crossentropy', optimizer=optimizers.RMSprop(learning_rate=1e-3), metrics=['accuracy'])
lich_su = mo_hinh.fit(tap_huan_luyen, steps_per_epoch=max(1, tap_huan_luyen.samples // so_anh), epochs=6,
                      class_weight=trong_so, validation_data=tap_kiem_tra, validation_freq=2)
# %% [7]
# Tinh chỉnh: mở các tầng cuối, tốc độ học nhỏ hơn 100 lần
mang_goc.trainable = True
for tang in mang_goc.layers[:-40]:
    tang.trainable = False
mo_hinh.compile(loss='binary_crossentropy', optimizer=optimizers.RMSprop(learning_rate=1e-5), metrics=['accuracy'])
lich_su_2 = mo_hinh.fit(tap_huan_luyen, epochs=12, initial_epoch=6, class_weight=trong_so,
                        validation_data=tap_kiem_tra, validation_freq=2)
# %% [8]
plt.plot(lich_su.history['accuracy'] + lich_su_2.history['accuracy'], label='huấn luyện')
plt.plot([2, 4, 6], lich_su.history['val_accuracy'], 'o-', label='kiểm tra')
plt.legend()
plt.show()
