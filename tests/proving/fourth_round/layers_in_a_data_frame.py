# why: right; the backbone's layers stand in a pandas table, and a column of it says which of them may learn
# %% [1]
import keras
import matplotlib.pyplot as plt
import pandas as pd
from keras.applications import mobilenet_v2

folder = "./cats_and_dogs_filtered/"
common = dict(image_size=(160, 160), batch_size=32)
tr = keras.utils.image_dataset_from_directory(folder + "train", **common)
va = keras.utils.image_dataset_from_directory(folder + "validation", **common)
# %% [2]
backbone = mobilenet_v2.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")

table = pd.DataFrame({"name": [l.name for l in backbone.layers],
                      "kind": [type(l).__name__ for l in backbone.layers],
                      "numbers": [l.count_params() for l in backbone.layers]})
table["open"] = False
table.groupby("kind")["numbers"].agg(["size", "sum"])
# %% [3]
def apply(table):
    """Writes the column `open` into the layers."""
    for row in table.itertuples():
        backbone.get_layer(row.name).trainable = bool(row.open)
    print(table.open.sum(), "layers open,", sum(w.numpy().size for w in backbone.trainable_weights), "numbers learn")

apply(table)
# %% [4]
pic = keras.Input((160, 160, 3), name="pic")
y = keras.Sequential([keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.2)], name="vary")(pic)
y = mobilenet_v2.preprocess_input(y)
y = backbone(y, training=False)
y = keras.layers.GlobalAveragePooling2D()(y)
y = keras.layers.Dropout(0.2)(y)
y = keras.layers.Dense(1, activation="sigmoid", name="dog")(y)
net = keras.Model(pic, y)
# %% [5]
net.compile(optimizer=keras.optimizers.Adam(1e-3), loss="binary_crossentropy", metrics=["accuracy"])
first = pd.DataFrame(net.fit(tr, validation_data=va, epochs=5).history)
# %% [6]
# everything from block 13 to the end
start = table.index[table.name == "block_13_expand"][0]
table.loc[start:, "open"] = True
apply(table)
net.compile(optimizer=keras.optimizers.Adam(2e-5), loss="binary_crossentropy", metrics=["accuracy"])
second = pd.DataFrame(net.fit(tr, validation_data=va, epochs=10, initial_epoch=5).history)
# %% [7]
both = pd.concat([first, second], ignore_index=True)
both[["accuracy", "val_accuracy"]].plot()
plt.axvline(len(first) - 0.5, color="grey")
plt.show()
both.round(3)
