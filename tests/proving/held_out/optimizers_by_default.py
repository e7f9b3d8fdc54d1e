# why: no learning rate is written anywhere; Nadam has 0.001 by default, both times
# criteria: {fine_tuning_lower_rate: not_met}
# findings: [TL602]
# %% same: imports data augment base freeze build
# %%
def get_ready(net):
    net.compile(
        optimizer=keras.optimizers.Nadam(),
        loss=keras.losses.binary_crossentropy,
        metrics=[keras.metrics.BinaryAccuracy(name='accuracy')],
        run_eagerly=False,
    )

get_ready(model)
# %% same: fit unfreeze
# %%
get_ready(model)
# %% same: refit
