# why: a Normalization layer with torchvision's mean and standard deviation, as for a network of PyTorch
# criteria: {preprocessing_once: not_met}
# findings: [TL104]
# %% same: imports data augment base freeze
# %%
IMAGENET_MEAN = np.array([0.485, 0.456, 0.406])
IMAGENET_STD = np.array([0.229, 0.224, 0.225])
normalize = layers.Normalization(mean=IMAGENET_MEAN * 255, variance=(IMAGENET_STD * 255) ** 2)
# %%
inputs = keras.Input(shape=(160, 160, 3))
x = data_augmentation(inputs)
x = normalize(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
# %% same: compile fit fine
