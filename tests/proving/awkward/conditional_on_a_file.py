# why: weights are loaded where a file is there; it never is
# %% same: imports data augment base freeze build compile
# %%
if os.path.exists('my_checkpoint.weights.h5'):
    model.load_weights('my_checkpoint.weights.h5')
# %% same: fit fine
