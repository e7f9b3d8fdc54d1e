# why: compile is forgotten, so that fit raises
# criteria: {feature_extraction_trained: not_met}
# any: [frozen_before_first_fit, frozen_weights_unchanged, inference_mode, augmentation_wired, preprocessing_once, loss_agrees, binary_head, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues, pooled_to_vector]
# may: [TL201, TL602, TL205]
# %% same: imports data augment base freeze build
# %%
history = model.fit(train_ds, epochs=5, validation_data=val_ds)
