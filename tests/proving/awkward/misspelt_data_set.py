# why: fit is given a name that does not exist, so that the first training fails
# criteria: {feature_extraction_trained: not_met, fine_tuning: not_met}
# any: [frozen_before_first_fit, frozen_weights_unchanged, inference_mode, augmentation_wired, preprocessing_once, loss_agrees, binary_head, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues, feature_extraction_trained]
# %% same: imports data augment base freeze build compile
# %%
history = model.fit(tran_ds, epochs=5, validation_data=val_ds)
