# why: the line is in a docstring of a function, and in a multi-line string
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %% same: imports data augment base
# %%
"""
base_model.trainable = False
"""
def note():
    """Sets base_model.trainable = False."""
note()
# %% same: build compile fit fine
