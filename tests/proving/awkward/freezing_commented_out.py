# why: the line is there, behind a hash; a print says that it is frozen
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %% same: imports data augment base
# %%
# base_model.trainable = False
print("Base model is frozen")
# %% same: build compile fit fine
