# why: someone who knows SAS macros writes string templates, and exec() of the filled-in text freezes, compiles and trains
# %% [markdown]
# Lab 6. I use "macros" so that I do not have to repeat the PROC steps (string.Template + exec).
# %% [1]
from string import Template
import pandas as pd
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %% [2]
macro_read = Template("""
$out = keras.utils.image_dataset_from_directory('cats_and_dogs_filtered/$folder', image_size=(160, 160), batch_size=32)
""")
macro_freeze = Template("""
$net.trainable = $flag
for layer in $net.layers[:$upto]:
    layer.trainable = False
""")
macro_train = Template("""
model.compile(optimizer=keras.optimizers.$optimizer(learning_rate=$rate),
              loss=keras.losses.BinaryCrossentropy(from_logits=$logits), metrics=['accuracy'])
$history = model.fit(work_train, epochs=$epochs, validation_data=work_valid)
""")

def run(macro, **parameters):
    code = macro.substitute(**parameters)
    print(code)
    exec(code, globals())
# %% [3]
run(macro_read, out='work_train', folder='train')
run(macro_read, out='work_valid', folder='validation')
# %% [4]
mobilenet = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
run(macro_freeze, net='mobilenet', flag=False, upto=0)
# %% [5]
inp = keras.Input(shape=(160, 160, 3))
h = layers.RandomFlip('horizontal')(inp)
h = layers.RandomRotation(0.1)(h)
h = keras.applications.mobilenet_v2.preprocess_input(h)
h = mobilenet(h, training=False)
h = layers.GlobalAveragePooling2D()(h)
h = layers.Dropout(0.2)(h)
h = layers.Dense(1)(h)
model = keras.Model(inp, h)
# %% [6]
run(macro_train, optimizer='Adam', rate=0.0005, logits=True, history='h_step1', epochs=5)
# %% [7]
run(macro_freeze, net='mobilenet', flag=True, upto=100)
run(macro_train, optimizer='Adam', rate=0.00002, logits=True, history='h_step2', epochs=5)
# %% [8]
report = {name: globals()[name].history for name in ('h_step1', 'h_step2')}
pd.concat({name: pd.DataFrame(values) for name, values in report.items()})
