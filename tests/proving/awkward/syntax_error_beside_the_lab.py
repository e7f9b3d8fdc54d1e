# why: a cell that matters for nothing has a SyntaxError
# %% same: imports data augment base freeze build compile fit
# %%
print("val accuracy: " history.history['val_accuracy'])
# %% same: fine
