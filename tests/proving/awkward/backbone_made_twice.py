# why: the cell that makes the backbone is there twice; the second one is unfrozen and in the model
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL204]
# may: [TL201]
# %% same: imports data augment base freeze base build compile fit fine
