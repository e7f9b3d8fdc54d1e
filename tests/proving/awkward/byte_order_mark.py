# why: the file begins with a byte order mark
# form: byte_order_mark
# %% same: imports data augment base freeze build compile fit fine
