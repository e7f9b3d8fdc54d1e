# why: comments, strings and names in other scripts
# %% same: imports data
# %%
# Увеличение данных: случайные отражения и повороты
увеличение = keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)])
# %%
# 加载预训练模型
模型基础 = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
模型基础.trainable = False  # 冻结
# %%
entrée = keras.Input(shape=(160, 160, 3))
x = keras.applications.mobilenet_v2.preprocess_input(увеличение(entrée))
x = 模型基础(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
modèle = keras.Model(entrée, layers.Dense(1, activation='sigmoid')(x))
modèle.compile(optimizer=keras.optimizers.Adam(0.001), loss='binary_crossentropy', metrics=['accuracy'])
historique = modèle.fit(train_ds, epochs=5, validation_data=val_ds)
# %%
模型基础.trainable = True
for couche in 模型基础.layers[:100]:
    couche.trainable = False
modèle.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
modèle.fit(train_ds, epochs=5, validation_data=val_ds)
