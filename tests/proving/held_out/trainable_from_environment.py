# why: trainable is the string 'False' out of an environment variable, and a string that is not empty is true
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %% same: imports data augment base
# %%
TRAIN_BASE = os.environ.get('TRAIN_BASE', 'False')
base_model.trainable = TRAIN_BASE
print('train the base?', TRAIN_BASE)
# %% same: build compile fit fine
