# why: input() asks for the learning rate, with a default in an `or`
# %% same: imports data augment base freeze build
# %%
answer = input('learning rate? ') or '0.001'
model.compile(optimizer=keras.optimizers.Adam(learning_rate=float(answer)), loss='binary_crossentropy', metrics=['accuracy'])
# %% same: fit fine
