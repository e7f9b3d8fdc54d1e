# why: a module of the student's own is not handed in; it only plots
# %% same: imports data augment base freeze build compile fit fine
# %%
from plot_utils import plot_history
plot_history(history)
