# why: the model, its backbone and its head come out of one tuple
# %% same: imports data augment
# %%
def parts():
    net = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    net.trainable = False
    return net, keras.applications.mobilenet_v2.preprocess_input, [layers.GlobalAveragePooling2D(), layers.Dense(1, activation='sigmoid')]

base_model, scale, head = parts()
inputs = keras.Input(shape=(160, 160, 3))
x = base_model(scale(data_augmentation(inputs)), training=False)
for layer in head:
    x = layer(x)
model = keras.Model(inputs, x)
# %% same: compile fit fine
