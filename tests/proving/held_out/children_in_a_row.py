# why: as in PyTorch, the layers but the last two go into a Sequential, which fails at the first Add; nothing is trained
# criteria: {feature_extraction_trained: not_met}
# any: [backbone_without_top, frozen_before_first_fit, frozen_weights_unchanged, inference_mode, augmentation_wired, preprocessing_once, loss_agrees, binary_head, pooled_to_vector, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues]
# may: [TL301, TL303, TL307]
# %% same: imports data augment
# %%
mobilenet = keras.applications.MobileNetV2(input_shape=(160, 160, 3), weights='imagenet')
children = list(mobilenet.layers)[:-2]      # without avgpool and classifier
for child in children:
    child.trainable = False
body = keras.Sequential(children)
# %%
model = keras.Sequential([
    keras.Input((160, 160, 3)),
    data_augmentation,
    layers.Rescaling(1. / 127.5, offset=-1),
    body,
    layers.GlobalAveragePooling2D(),
    layers.Dense(1, activation='sigmoid'),
])
# %% same: compile fit
# %%
for child in children[100:]:
    child.trainable = True
# %% same: recompile refit
