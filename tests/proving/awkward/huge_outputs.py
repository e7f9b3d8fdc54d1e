# why: a megabyte of saved output under the training
# form: huge_outputs
# %% same: imports data augment base freeze build compile fit fine
