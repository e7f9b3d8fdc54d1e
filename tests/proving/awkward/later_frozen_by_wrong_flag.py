# why: the same typed helper, called with yes=False
# criteria: {frozen_before_first_fit: not_met, frozen_weights_unchanged: not_met, fine_tuning_unfreezes: not_met}
# findings: [TL201]
# %% same: imports data augment base
# %%
def frozen(net: keras.Model, yes: bool = True) -> keras.Model:
    net.trainable = not yes
    return net

base_model = frozen(base_model, yes=False)
# %% same: build compile fit fine
