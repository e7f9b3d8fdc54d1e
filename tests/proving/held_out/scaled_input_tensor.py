# why: MobileNetV2(input_tensor=...) is built right onto the scaled, augmented tensor; the maximum is taken behind it
# criteria: {pooled_to_vector: partly}
# %% same: imports data
# %%
pictures = keras.Input(shape=(160, 160, 3), name='pictures')
t = layers.RandomFlip('horizontal', name='flip')(pictures)
t = layers.RandomRotation(0.2, name='turn')(t)
t = layers.Rescaling(1 / 127.5, offset=-1, name='scale')(t)
net = keras.applications.MobileNetV2(input_tensor=t, include_top=False, weights='imagenet')
net.trainable = False
print(net.layers[:5])
# %%
t = layers.GlobalMaxPooling2D(name='pool')(net.output)
t = layers.Dense(1, activation='sigmoid', name='is_dog')(t)
model = keras.Model(net.input, t)
# %% same: compile fit
# %%
net.trainable = True
for layer in net.layers[:110]:
    layer.trainable = False
model.compile(optimizer=keras.optimizers.Adam(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train_ds, epochs=5, validation_data=val_ds)
