# why: the name `model` stands for a toy, then for the real one
# %% same: imports data augment base freeze
# %%
model = keras.Sequential([keras.Input(shape=(160, 160, 3)), layers.Rescaling(1./255), layers.Conv2D(8, 3, activation='relu'),
                          layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')])
model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
model.fit(train_ds, epochs=1)
# %% same: build compile fit fine
