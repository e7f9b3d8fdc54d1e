# why: `base_model` is a plain CNN; the MobileNetV2 has another name and is used nowhere
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, augmentation_wired: not_met, preprocessing_once: not_met, inference_mode: not_met, pooled_to_vector: not_met, feature_extraction_trained: not_met, fine_tuning: not_met}
# findings: [TL303]
# may: [TL201, TL602]
# %% same: imports data augment
# %%
mobilenet_v2 = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
base_model = keras.Sequential([keras.Input(shape=(160, 160, 3)), layers.Conv2D(16, 3, strides=2, activation='relu'),
                               layers.Conv2D(32, 3, strides=2, activation='relu')])
base_model.trainable = False
# %% same: build compile fit
# %%
base_model.trainable = True
# %% same: recompile refit
