# why: one model is trained without freezing and preprocessing, and another one rightly; the better one counts
# may: [TL101, TL201, TL301, TL602, TL505, TL601]
# %% same: imports data augment
# %%
first_base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
first = keras.Sequential([first_base, layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])
first.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
h1 = first.fit(train_ds, epochs=2, validation_data=val_ds)
# %% same: base freeze build compile fit fine
