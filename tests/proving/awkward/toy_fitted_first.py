# why: a perceptron on random numbers is fitted before the lab begins
# %% same: imports
# %%
toy = keras.Sequential([keras.Input(shape=(4,)), layers.Dense(8, activation='relu'), layers.Dense(1, activation='sigmoid')])
toy.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])
toy.fit(np.random.rand(32, 4), np.random.randint(0, 2, 32), epochs=1)
# %% same: data augment base freeze build compile fit fine
