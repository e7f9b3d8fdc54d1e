# why: image_size is forgotten, so that pictures are 256 by 256 and fit raises; what never ran has no right outcome
# criteria: {feature_extraction_trained: not_met}
# any: [backbone_input_shape, frozen_before_first_fit, frozen_weights_unchanged, inference_mode, augmentation_wired, preprocessing_once, loss_agrees, binary_head, pooled_to_vector, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues]
# may: [TL602, TL205]
# %% same: imports
# %%
base_dir = os.path.join(os.getcwd(), 'cats_and_dogs_filtered')
train_ds = keras.utils.image_dataset_from_directory(os.path.join(base_dir, 'train'))
val_ds = keras.utils.image_dataset_from_directory(os.path.join(base_dir, 'validation'))
# >>>
# Found 2000 files belonging to 2 classes.
# Found 1000 files belonging to 2 classes.
# %% same: augment base freeze build compile fit fine
