# why: the backbone comes from TensorFlow Hub, as a layer that nobody can look into
# any: [backbone_without_top, backbone_pretrained, backbone_input_shape, frozen_before_first_fit, frozen_weights_unchanged, augmentation_wired, preprocessing_once, inference_mode, pooled_to_vector, feature_extraction_trained, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues]
# may: [TL303, TL301, TL103]
# %% same: imports data augment
# %%
import tensorflow_hub as hub
url = 'https://tfhub.dev/google/tf2-preview/mobilenet_v2/feature_vector/4'
feature_layer = hub.KerasLayer(url, input_shape=(160, 160, 3), trainable=False)
model = keras.Sequential([data_augmentation, layers.Rescaling(1./255), feature_layer, layers.Dense(1, activation='sigmoid')])
# %% same: compile fit
