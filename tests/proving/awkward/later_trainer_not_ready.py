# why: the same class; fine-tuning leaves out the call that compiles
# criteria: {fine_tuning_recompiled: not_met, fine_tuning_lower_rate: not_met}
# any: [fine_tuning_unfreezes]
# findings: [TL205]
# %% same: imports data augment base freeze build
# %%
class Trainer:
    def __init__(self, net, rate):
        self.net, self.rate = net, rate

    def ready(self):
        self.net.compile(optimizer=keras.optimizers.Adam(self.rate), loss='binary_crossentropy', metrics=['accuracy'])
        return self

    def go(self, epochs):
        return self.net.fit(train_ds, epochs=epochs, validation_data=val_ds)

history = Trainer(model, 1e-3).ready().go(5)
# %% same: unfreeze
# %%
history_fine = Trainer(model, 1e-5).go(5)
