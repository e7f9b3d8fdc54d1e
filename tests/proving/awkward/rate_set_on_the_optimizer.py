# why: the rate is lowered by assignment to the optimizer's attribute, and the optimizer used again
# may: [TL602]
# %% same: imports data augment base freeze build
# %%
optimizer = keras.optimizers.Adam(1e-3)
model.compile(optimizer=optimizer, loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit unfreeze
# %%
optimizer = keras.optimizers.Adam()
optimizer.learning_rate = 1e-5
model.compile(optimizer=optimizer, loss='binary_crossentropy', metrics=['accuracy'])
# %% same: refit
