# why: a class wraps model, compile and fit in methods of its own
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
history_fine = Trainer(model, 1e-5).ready().go(5)
