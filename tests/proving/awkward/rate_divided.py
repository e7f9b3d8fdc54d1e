# why: the second rate is the first one divided by ten
# %% same: imports data augment base freeze build
# %%
base_learning_rate = 0.0001
model.compile(optimizer=keras.optimizers.Adam(learning_rate=base_learning_rate), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit unfreeze
# %%
model.compile(optimizer=keras.optimizers.RMSprop(learning_rate=base_learning_rate / 10), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: refit
