# why: fine-tuning has a higher rate than the head's training
# criteria: {fine_tuning_lower_rate: not_met}
# findings: [TL602]
# %% same: imports data augment base freeze build
# %%
model.compile(optimizer=keras.optimizers.Adam(1e-4), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.Adam(10 ** -3), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: refit
