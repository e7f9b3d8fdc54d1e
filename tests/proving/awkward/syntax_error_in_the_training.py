# why: the cell of the first training has a SyntaxError, so nothing of it runs
# any: [frozen_before_first_fit, frozen_weights_unchanged, inference_mode, augmentation_wired, preprocessing_once, loss_agrees, binary_head, fine_tuning_unfreezes, fine_tuning_recompiled, fine_tuning_lower_rate, fine_tuning_continues, feature_extraction_trained]
# may: [TL602, TL201]
# %% same: imports data augment base freeze build compile
# %%
history = model.fit(train_ds, epochs=5, validation_data=val_ds
# %% same: fine
