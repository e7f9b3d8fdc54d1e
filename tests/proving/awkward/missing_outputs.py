# why: code cells without the key `outputs` and without execution counts
# form: missing_outputs
# %% same: imports data augment base freeze build compile fit fine
