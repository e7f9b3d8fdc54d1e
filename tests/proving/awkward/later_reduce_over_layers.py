# why: functools.reduce calls one layer after the other
# %% same: imports data augment base freeze
# %%
from functools import reduce
inputs = keras.Input(shape=(160, 160, 3))
stages = [data_augmentation, layers.Rescaling(1/127.5, offset=-1), base_model, layers.GlobalAveragePooling2D(),
          layers.Dense(1, activation='sigmoid')]
outputs = reduce(lambda tensor, stage: stage(tensor), stages, inputs)
model = keras.Model(inputs, outputs)
# %% same: compile fit fine
