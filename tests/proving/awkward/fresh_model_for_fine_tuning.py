# why: the builder is called again before fine-tuning: what the first training learned is gone
# criteria: {fine_tuning_continues: not_met}
# findings: [TL601]
# %% same: imports data augment
# %%
def create(open_layers=None):
    base = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
    base.trainable = open_layers is not None
    if open_layers is not None:
        for layer in base.layers[:-open_layers]:
            layer.trainable = False
    inputs = keras.Input(shape=(160, 160, 3))
    x = keras.applications.mobilenet_v2.preprocess_input(data_augmentation(inputs))
    x = layers.GlobalAveragePooling2D()(base(x, training=False))
    return keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))

model = create()
# %% same: compile fit
# %%
model = create(open_layers=40)
# %% same: recompile refit
