# why: frozen between compile and fit; the kernel shows that the first training leaves the weights alone
# any: [fine_tuning_recompiled]
# may: [TL205]
# %% same: imports data augment base build compile freeze fit fine
