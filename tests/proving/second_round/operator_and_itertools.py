# why: no loop is written: starmap sets attributes, a chain of callables is the model, methodcaller compiles and fits
# %%
from collections import deque
from functools import partial
from itertools import accumulate, chain, islice, repeat, starmap
from operator import attrgetter, methodcaller

import keras
from keras import layers
from keras.applications import mobilenet_v2
# %%
exhaust = partial(deque, maxlen=0)
last = lambda iterable: deque(iterable, maxlen=1).pop()

def put(attribute, value, things):
    """Set one attribute of many things."""
    exhaust(starmap(setattr, zip(things, repeat(attribute), repeat(value))))
# %%
SHAPE = (160, 160, 3)
read = partial(keras.utils.image_dataset_from_directory, image_size=SHAPE[:-1], batch_size=32, seed=5)
train, held = map(read, map('cats_and_dogs_filtered/{}'.format, ('train', 'validation')))
# %%
net = mobilenet_v2.MobileNetV2(SHAPE, include_top=False)
put('trainable', False, net.layers)
print(sum(map(len, map(attrgetter('trainable_weights'), net.layers))), 'weights of the backbone can learn')
# >>>
# 0 weights of the backbone can learn
# %%
stations = chain(
    (layers.RandomFlip('horizontal'), layers.RandomTranslation(0.1, 0.1), layers.RandomRotation(0.1)),
    (mobilenet_v2.preprocess_input,),
    (partial(net, training=False),),
    (layers.GlobalAveragePooling2D(), layers.Dropout(0.2), layers.Dense(1, 'sigmoid')),
)
entry = keras.Input(SHAPE)
model = keras.Model(entry, last(accumulate(stations, lambda tensor, station: station(tensor), initial=entry)))
# %%
def ready(rate):
    return methodcaller('compile', optimizer=keras.optimizers.RMSprop(rate), loss='binary_crossentropy',
                        metrics=['accuracy'])

go = methodcaller('fit', train, validation_data=held, epochs=5)
# %%
ready(1e-3)(model)
first = go(model)
# %%
put('trainable', True, islice(net.layers, 110, None))
ready(1e-5)(model)
second = go(model)
# %%
exhaust(map(print, chain(first.history['val_accuracy'], second.history['val_accuracy'])))
