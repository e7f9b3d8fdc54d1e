# why: a notebook of format 3, with worksheets
# form: nbformat_3
# %% same: imports data augment base freeze build compile fit fine
