# why: Japanese; the last layer is only called "sigmoid" and has no activation, the loss expects probabilities
# criteria: {binary_head: partly or not_met, loss_agrees: not_met}
# findings: [TL305]
# %%
# 課題6 転移学習 (犬と猫)
import keras
import numpy as np
from keras.layers import Dense, Dropout, GlobalAveragePooling2D, RandomFlip, RandomRotation, RandomZoom
from keras.applications import mobilenet_v2
# %%
サイズ = 160
def 読み込む(フォルダ):
    return keras.utils.image_dataset_from_directory(
        f"cats_and_dogs_filtered/{フォルダ}", image_size=(サイズ, サイズ), batch_size=32, label_mode="binary")

訓練, 検証 = 読み込む("train"), 読み込む("validation")
# %%
# 畳み込みベース (重みは固定)
base = mobilenet_v2.MobileNetV2(input_shape=(サイズ, サイズ, 3), include_top=False, weights="imagenet")
base.trainable = False

画像 = keras.Input((サイズ, サイズ, 3), name="image")
x = RandomFlip("horizontal", name="flip")(画像)
x = RandomRotation(0.2, name="rotate")(x)
x = RandomZoom(0.1, name="zoom")(x)
x = mobilenet_v2.preprocess_input(x)
x = base(x, training=False)
x = GlobalAveragePooling2D(name="gap")(x)
x = Dropout(0.2, name="dropout")(x)
確率 = Dense(1, name="sigmoid")(x)      # 確率を出力
model = keras.Model(画像, 確率)
model.summary()
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
h1 = model.fit(訓練, validation_data=検証, epochs=5)
# %%
# ファインチューニング
base.trainable = True
for layer in base.layers[:100]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss="binary_crossentropy", metrics=["accuracy"])
h2 = model.fit(訓練, validation_data=検証, epochs=10, initial_epoch=5)
# %%
for images, labels in 検証.take(1):
    p = model.predict(images, verbose=0)
    print(np.c_[p[:6], labels[:6]])
