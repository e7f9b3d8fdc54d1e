# why: cell sources are strings and not lists of lines, with Windows line ends
# form: strings
# %% same: imports data augment base freeze build compile fit fine
