# why: right; a LearningRateSchedule subclass serves both trainings with different peaks; layers by a comprehension over a table
# %%
import math
import keras
import matplotlib.pyplot as plt
from keras import layers as L, ops

keras.utils.set_random_seed(2024)
# %%
bs = 32
ds = {p: keras.utils.image_dataset_from_directory("cats_and_dogs_filtered/" + p, image_size=(160, 160), batch_size=bs)
      for p in ("train", "validation")}
steps = int(ds["train"].cardinality())
# %%
class Halving(keras.optimizers.schedules.LearningRateSchedule):
    """Starts at `peak`, and is halved every `every` steps."""

    def __init__(self, peak, every):
        self.peak, self.every = peak, every

    def __call__(self, step):
        times = ops.floor(ops.cast(step, "float32") / self.every)
        return self.peak * ops.power(0.5, times)

    def get_config(self):
        return {"peak": self.peak, "every": self.every}


for peak in (1e-3, 1e-5):
    plt.semilogy([float(Halving(peak, 100)(s)) for s in range(0, 600, 20)], label=str(peak))
plt.legend()
plt.show()
# %%
table = [("RandomFlip", ("horizontal",)), ("RandomRotation", (0.2,)), ("RandomBrightness", (0.1,))]
shake = keras.Sequential([getattr(L, name)(*args) for name, args in table])

base = keras.applications.MobileNetV2(include_top=False, input_shape=(160, 160, 3), weights="imagenet")
base.trainable = False

stack = [shake,
         L.Rescaling(1 / 127.5, -1),
         base,
         L.GlobalAveragePooling2D(),
         L.Dropout(0.2),
         L.Dense(1, activation="sigmoid")]
inputs = x = keras.Input((160, 160, 3))
for layer in stack:
    x = layer(x)
model = keras.Model(inputs, x)
# %%
ready = lambda peak: model.compile(optimizer=keras.optimizers.SGD(Halving(peak, 3 * steps), momentum=0.9),
                                   loss="binary_crossentropy", metrics=["accuracy"])
run = lambda n: model.fit(ds["train"], epochs=n, validation_data=ds["validation"])

ready(1e-2)
log1 = run(6)
# %%
for layer in base.layers[math.ceil(len(base.layers) * 0.7):]:
    layer.trainable = True
# base.trainable itself stays False here; what counts is the list below
print(len(model.trainable_variables), "variables learn now")
ready(1e-4)
log2 = run(6)
