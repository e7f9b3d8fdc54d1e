# why: Chinese comments; last week's digits are still on top; a Sequential with the wrong head gets another one by pop() and add()
# %% [1]
# 实验五（上周的代码，手写数字，先不删）
from sklearn.datasets import load_digits
from tensorflow.keras import Input, Sequential
from tensorflow.keras.layers import Dense, Dropout, Flatten

X, y = load_digits(return_X_y=True)
model = Sequential([Input((64,)), Dense(32, activation='relu'), Dense(10, activation='softmax')])
model.compile(optimizer='adam', loss='sparse_categorical_crossentropy', metrics=['accuracy'])
history = model.fit(X / 16.0, y, epochs=3, validation_split=0.1, verbose=0)
# %% [markdown]
# # 实验六：迁移学习（猫狗分类）
# %% [2]
from pathlib import Path

import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras.layers import GlobalAveragePooling2D, RandomFlip, RandomRotation, RandomZoom, Rescaling

plt.rcParams['axes.unicode_minus'] = False
# %% [3]
# 下载并解压数据集
网址 = 'https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip'
下载 = Path(keras.utils.get_file(origin=网址, extract=True, cache_subdir='lab06'))
数据 = next(p for p in (下载 / 'cats_and_dogs_filtered', 下载.parent / 'cats_and_dogs_filtered') if p.is_dir())

训练集 = keras.utils.image_dataset_from_directory(数据 / 'train', image_size=(160, 160), batch_size=32)
验证集 = keras.utils.image_dataset_from_directory(数据 / 'validation', image_size=(160, 160), batch_size=32)
# %% [4]
# 预训练模型：去掉顶层，冻结参数
base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base.trainable = False
# %% [5]
# 数据增强 -> 归一化到 [-1, 1] -> MobileNetV2 -> 分类头
model = Sequential([
    Input((160, 160, 3)),
    RandomFlip('horizontal'),
    RandomRotation(0.1),
    RandomZoom(0.1),
    Rescaling(1.0 / 127.5, offset=-1),
    base,
    Flatten(),
    Dense(10, activation='softmax'),
])
model.summary()
# %% [6]
# 不对，只有两类，而且参数太多了：换掉最后两层
model.pop()
model.pop()
model.add(GlobalAveragePooling2D())
model.add(Dropout(0.2))
model.add(Dense(1, activation='sigmoid'))
model.summary()
# %% [7]
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-3), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(训练集, epochs=5, validation_data=验证集)
# %% [8]
# 微调：只训练后面的层
base.trainable = True
for 层 in base.layers[:120]:
    层.trainable = False
model.compile(optimizer=keras.optimizers.Adam(learning_rate=1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(训练集, epochs=5, validation_data=验证集)
# %% [9]
plt.plot(history.history['val_accuracy'] + history_fine.history['val_accuracy'])
plt.title('val_accuracy')
plt.show()
