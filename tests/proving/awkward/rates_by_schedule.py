# why: the learning rates are schedules
# any: [fine_tuning_lower_rate]
# may: [TL602]
# %% same: imports data augment base freeze build
# %%
schedule = keras.optimizers.schedules.ExponentialDecay(1e-3, decay_steps=100, decay_rate=0.9)
model.compile(optimizer=keras.optimizers.Adam(schedule), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit unfreeze
# %%
slow = keras.optimizers.schedules.ExponentialDecay(1e-5, decay_steps=100, decay_rate=0.9)
model.compile(optimizer=keras.optimizers.Adam(slow), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: refit
