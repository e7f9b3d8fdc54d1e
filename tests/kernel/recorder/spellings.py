"""Ways in which students write a transfer model, each as one cell, small enough for two eager steps.

`PRELUDE` runs first: `pictures` and `labels` are raw [0, 255], `train` a data set of batches of 32. Keras's own
MobileNetV2 gets small blocks there, most without weights, and VGG16 few filters: their constructors, their names and
their order stay, and they are built in a moment.
"""

from __future__ import annotations

PRELUDE = """
import numpy as np
import tensorflow as tf
import keras
import types
from keras.src.applications import mobilenet_v2 as _net, vgg16 as _vgg

def _block(inputs, expansion, stride, alpha, filters, block_id):
    names = f'block_{block_id}_project', f'block_{block_id}_project_BN'
    if stride == 1 and block_id:
        return keras.layers.Activation('linear', name=names[1])(keras.layers.Activation('linear', name=names[0])(inputs))
    x = keras.layers.Conv2D(8 * (1 + block_id // 4), 1, strides=stride, name=names[0])(inputs)
    return keras.layers.BatchNormalization(name=names[1])(x)

def _thin(filters, *args, **kwargs):
    return keras.layers.Conv2D(filters // 16, *args, **kwargs)

_net._inverted_res_block = _block
_vgg.layers = types.SimpleNamespace(**{**vars(_vgg.layers), 'Conv2D': _thin})
rng = np.random.default_rng(0)
pictures = rng.uniform(0, 255, (70, 32, 32, 3)).astype('float32')
labels = (np.arange(70) % 2).astype('float32')
train = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(32)
"""

FUNCTIONAL = """
from tensorflow.keras import layers
augment = tf.keras.Sequential([layers.RandomFlip('horizontal'), layers.RandomRotation(0.2)])
base_model = tf.keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
base_model.trainable = False
inputs = tf.keras.Input((32, 32, 3))
x = augment(inputs)
x = tf.keras.applications.mobilenet_v2.preprocess_input(x)
x = base_model(x, training=False)
x = layers.GlobalAveragePooling2D()(x)
x = layers.Dropout(0.2)(x)
model = tf.keras.Model(inputs, layers.Dense(1, activation='sigmoid')(x))
model.compile(optimizer=tf.keras.optimizers.Adam(learning_rate=1e-4), loss='binary_crossentropy', metrics=['accuracy'])
history = model.fit(train, epochs=3, verbose=0)
base_model.trainable = True
for layer in base_model.layers[:20]:
    layer.trainable = False
model.compile(optimizer=tf.keras.optimizers.RMSprop(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
history_fine = model.fit(train, epochs=5, initial_epoch=history.epoch[-1], verbose=0)
"""

SEQUENTIAL = """
from keras.applications import MobileNetV2 as Net
base = Net(include_top=False, input_shape=(32, 32, 3), alpha=0.35, weights=None)
for layer in base.layers:
    layer.trainable = False
model = keras.Sequential([
    keras.layers.Rescaling(1./127.5, offset=-1),
    keras.layers.RandomZoom(0.2),
    base,
    keras.layers.GlobalMaxPooling2D(),
    keras.layers.Dense(1),
])
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), optimizer='adam')
model.fit(pictures, labels, batch_size=16, epochs=2, validation_split=0.3, verbose=0)
"""

ADD = """
from tensorflow.keras.models import Sequential
m = Sequential()
m.add(tf.keras.applications.mobilenet_v2.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None))
m.add(tf.keras.layers.Flatten())
m.add(tf.keras.layers.Dense(16, activation='relu'))
m.add(tf.keras.layers.Dense(2))
m.add(tf.keras.layers.Activation('softmax'))
m.layers[0].trainable = False
m.compile('sgd', loss='sparse_categorical_crossentropy')
m.fit(pictures / 255., labels, epochs=1, verbose=0)
"""

BASE_OUTPUT = """
conv = tf.keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None, pooling='avg')
out = tf.keras.layers.Dense(1, activation=tf.nn.sigmoid)(conv.output)
net = tf.keras.models.Model(inputs=conv.input, outputs=out)
for layer in net.layers[:-1]:
    layer.trainable = False
net.compile(loss=tf.keras.losses.binary_crossentropy, optimizer=tf.keras.optimizers.Adam())
prepared = train.map(lambda a, b: (tf.keras.applications.mobilenet_v2.preprocess_input(a), b))
net.fit(prepared, epochs=1, verbose=0)
"""

CUT_TOP = """
whole = tf.keras.applications.MobileNetV2(alpha=0.35, weights=None)
inner = whole.layers[-2].output
cut = tf.keras.Model(whole.input, tf.keras.layers.Dense(units=1, activation='sigmoid')(inner))
for layer in whole.layers:
    layer.trainable = False
cut.compile(loss='bce', optimizer='adam')
cut.fit(tf.image.resize(pictures[:8], (224, 224)), labels[:8], epochs=1, verbose=0)
"""

TOP_KEPT = """
topped = tf.keras.applications.MobileNetV2(alpha=0.35, weights=None, input_shape=(32, 32, 3))
topped.trainable = False
kept = tf.keras.Sequential([topped, tf.keras.layers.Dense(1, activation='sigmoid')])
kept.compile(loss='bce', optimizer='adam')
kept.fit(pictures, labels, epochs=1, verbose=0)
"""

SUBCLASSED = """
class Cats(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.flip = tf.keras.layers.RandomFlip('horizontal')
        self.base = tf.keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
        self.base.trainable = False
        self.pool = tf.keras.layers.GlobalAveragePooling2D()
        self.head = tf.keras.layers.Dense(1)

    def call(self, x, training=None):
        x = self.flip(x, training=training)
        x = x / 127.5 - 1.0
        x = self.base(x, training=False)
        return tf.nn.sigmoid(self.head(self.pool(x)))

cats = Cats()
cats.compile(optimizer='adam', loss='binary_crossentropy')
cats.fit(train, epochs=2, verbose=0)
"""

PASSED_ON = SUBCLASSED.replace("self.base(x, training=False)", "self.base(x, training=training)").replace("cats", "dogs")

BUILDER = """
from tensorflow import keras as K
def build(units=1, trainable=False, net=K.applications.MobileNetV2, size=(32, 32, 3)):
    inputs = K.Input(shape=size)
    x = K.layers.RandomFlip('horizontal')(inputs)
    x = K.applications.mobilenet_v2.preprocess_input(x)
    backbone = net(input_shape=size, include_top=False, alpha=0.35, weights=None)
    backbone.trainable = trainable
    x = backbone(x, training=trainable)
    x = K.layers.GlobalAveragePooling2D()(x)
    return K.Model(inputs, K.layers.Dense(units, activation='sigmoid')(x)), backbone

def train_it(m, rate, epochs):
    m.compile(optimizer=K.optimizers.Adam(rate), loss=K.losses.BinaryCrossentropy())
    return m.fit(train, epochs=epochs, verbose=0)

built, bone = build()
train_it(built, 1e-3, 4)
bone.trainable = True
train_it(built, 1e-5, 4)
"""

DICTIONARY = """
CONFIGS = {'mobilenet': (tf.keras.applications.mobilenet_v2.preprocess_input, 32, tf.keras.applications.MobileNetV2),
           'vgg': (tf.keras.applications.vgg16.preprocess_input, 32, tf.keras.applications.VGG16)}
trained = {}
for name, (prep, size, cls) in CONFIGS.items():
    extra = {'alpha': 0.35} if name == 'mobilenet' else {}
    b = cls(include_top=False, weights=None, input_shape=(size, size, 3), **extra)
    b.trainable = False
    i = tf.keras.Input((size, size, 3))
    h = b(prep(i), training=False)
    h = tf.keras.layers.GlobalAveragePooling2D()(h)
    trained[name] = tf.keras.Model(i, tf.keras.layers.Dense(10, activation='softmax')(h))
    trained[name].compile('adam', 'sparse_categorical_crossentropy')
    trained[name].fit(pictures, labels, epochs=1, verbose=0)
"""

ANONYMOUS = """
i = tf.keras.layers.Input((32, 32, 3))
h = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))(i)
h = tf.keras.layers.GlobalAveragePooling2D()(h)
anonymous = tf.keras.Model(i, tf.keras.layers.Dense(1, 'sigmoid')(h))
anonymous.layers[1].trainable = False
anonymous.compile('adam', 'binary_crossentropy')
anonymous.fit(pictures, labels, epochs=1, verbose=0)
"""

LATE = """
never = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
late = tf.keras.Sequential([never, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
late.compile(tf.keras.optimizers.Adam(1e-2), 'binary_crossentropy')
late.fit(pictures, labels, epochs=1, verbose=0)
never.trainable = False
late.fit(pictures, labels, epochs=1, verbose=0)
"""

NOT_RECOMPILED = """
nr_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
nr_base.trainable = False
nr = tf.keras.Sequential([nr_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
nr.compile('adam', 'binary_crossentropy')
nr.fit(pictures, labels, epochs=1, verbose=0)
nr_base.trainable = True
nr.fit(pictures, labels, epochs=1, verbose=0)
"""

UNUSED = """
unused = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
unused.trainable = False
own = tf.keras.Sequential([tf.keras.Input((32, 32, 3)), tf.keras.layers.Conv2D(4, 3), tf.keras.layers.GlobalAveragePooling2D(),
                           tf.keras.layers.Dense(1, activation='sigmoid')])
own.compile('adam', 'binary_crossentropy')
own.fit(pictures, labels, epochs=1, verbose=0)
"""

FRESH = """
def fresh():
    b = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
    return b, tf.keras.Sequential([b, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
fresh_base, first = fresh()
fresh_base.trainable = False
first.compile('adam', 'binary_crossentropy')
first.fit(pictures, labels, epochs=1, verbose=0)
fresh_base, second = fresh()
fresh_base.trainable = True
second.compile(tf.keras.optimizers.Adam(1e-5), 'binary_crossentropy')
second.fit(pictures, labels, epochs=1, verbose=0)
"""

CLONED = """
c_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
c_base.trainable = False
origin = tf.keras.Sequential([tf.keras.layers.RandomFlip(), c_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
origin.compile('adam', 'binary_crossentropy')
origin.fit(pictures, labels, epochs=1, verbose=0)
clone = tf.keras.models.clone_model(origin)
clone.set_weights(origin.get_weights())
clone.layers[1].trainable = True
for layer in clone.layers[1].layers[:20]:
    layer.trainable = False
clone.compile(tf.keras.optimizers.Adam(1e-5), 'binary_crossentropy')
clone.fit(pictures, labels, epochs=1, verbose=0)
"""

LOADED = """
l_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
l_base.trainable = False
saved = tf.keras.Model(l_base.input, tf.keras.layers.Dense(1, activation='sigmoid')(tf.keras.layers.GlobalAveragePooling2D()(l_base.output)))
saved.compile('adam', 'binary_crossentropy')
saved.fit(pictures, labels, epochs=1, verbose=0, callbacks=[tf.keras.callbacks.ModelCheckpoint('best.keras')])
loaded = tf.keras.models.load_model('best.keras')
loaded.trainable = True
loaded.compile(tf.keras.optimizers.Adam(1e-6), 'binary_crossentropy')
loaded.fit(pictures, labels, epochs=1, verbose=0)
"""

PRECOMPUTED = """
extractor = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
features = extractor.predict(tf.keras.applications.mobilenet_v2.preprocess_input(pictures.copy()), verbose=0)
small = tf.keras.Sequential([tf.keras.Input(features.shape[1:]), tf.keras.layers.GlobalAveragePooling2D(),
                             tf.keras.layers.Dense(1, activation='sigmoid')])
small.compile('adam', 'binary_crossentropy')
small.fit(features, labels, epochs=2, verbose=0)
"""

CUSTOM_LOOP = """
g_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
g_base.trainable = False
g_in = tf.keras.Input((32, 32, 3))
g_model = tf.keras.Model(g_in, tf.keras.layers.Dense(1)(tf.keras.layers.GlobalAveragePooling2D()(
    g_base(tf.keras.applications.mobilenet_v2.preprocess_input(g_in), training=False))))
optimizer = tf.keras.optimizers.Adam(1e-3)
loss_fn = tf.keras.losses.BinaryCrossentropy(from_logits=True)
for images, y in train.take(2):
    with tf.GradientTape() as tape:
        logits = g_model(images, training=True)
        value = loss_fn(tf.expand_dims(y, 1), logits)
    grads = tape.gradient(value, g_model.trainable_variables)
    optimizer.apply_gradients(zip(grads, g_model.trainable_variables))
"""

TRACED_LOOP = CUSTOM_LOOP.replace("g_", "t_").replace("for images, y in train.take(2):\n", """@tf.function
def train_step(images, y):
""").replace("t_model.trainable_variables))\n", "t_model.trainable_variables))\nfor images, y in train.take(2):\n    train_step(images, y)\n")

ON_BATCH = """
o_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
o_base.trainable = False
o_model = tf.keras.Sequential([o_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
o_model.compile('adam', 'binary_crossentropy', metrics=['accuracy'])
for epoch in range(50):
    for images, y in train:
        told = o_model.train_on_batch(images, y)
"""

GENERATOR = """
from tensorflow.keras.preprocessing.image import ImageDataGenerator
gen = ImageDataGenerator(rotation_range=20, horizontal_flip=True, preprocessing_function=tf.keras.applications.mobilenet_v2.preprocess_input)
flow = gen.flow(pictures, labels, batch_size=32)
i_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
i_base.trainable = False
i_model = tf.keras.Sequential([i_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
i_model.compile('adam', 'binary_crossentropy')
i_model.fit(flow, epochs=4, validation_data=flow, verbose=0)
"""

MAPPED = """
p_augment = tf.keras.Sequential([tf.keras.layers.RandomFlip('horizontal'), tf.keras.layers.RandomRotation(0.1)])
scale = tf.keras.layers.Rescaling(1./127.5, offset=-1)
p_train = train.map(lambda a, b: (p_augment(a, training=True), b)).map(lambda a, b: (scale(a), b)).prefetch(1)
p_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
p_base.trainable = False
p_model = tf.keras.Sequential([p_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
p_model.compile('adam', 'binary_crossentropy')
p_model.fit(p_train, epochs=1, verbose=0)
"""

DOUBLED = """
d_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
d_base.trainable = False
d_in = tf.keras.Input((32, 32, 3))
d_x = tf.keras.applications.mobilenet_v2.preprocess_input(d_in)
d_model = tf.keras.Model(d_in, tf.keras.layers.Dense(1, activation='sigmoid')(tf.keras.layers.GlobalAveragePooling2D()(d_base(d_x))))
d_model.compile('adam', 'binary_crossentropy')
d_train = train.map(lambda a, b: (tf.keras.applications.mobilenet_v2.preprocess_input(a), b))
d_model.fit(d_train, epochs=1, verbose=0)
"""

LAMBDA = """
a_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
a_base.trainable = False
a_model = tf.keras.Sequential([tf.keras.Input((32, 32, 3)), tf.keras.layers.Lambda(tf.keras.applications.mobilenet_v2.preprocess_input),
                               a_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1), tf.keras.layers.Activation('sigmoid')])
a_model.compile('adam', 'binary_crossentropy')
a_model.fit(pictures, labels, epochs=1, verbose=0)
"""

OWN_LAMBDA = LAMBDA.replace("a_", "s_").replace("Lambda(tf.keras.applications.mobilenet_v2.preprocess_input)",
                                                "Lambda(lambda x: x / 255.0 * 2 - 1)")

INPUT_TENSOR = """
n_in = tf.keras.Input((32, 32, 3))
n_x = tf.keras.layers.RandomFlip('vertical')(n_in)
n_x = tf.keras.layers.Rescaling(1/127.5, -1)(n_x)
n_base = tf.keras.applications.MobileNetV2(input_tensor=n_x, include_top=False, weights=None, alpha=0.35)
n_base.trainable = False
n_y = tf.keras.layers.GlobalAveragePooling2D()(n_base.output)
n_model = tf.keras.Model(n_in, tf.keras.layers.Dense(1, activation='sigmoid')(n_y))
n_model.compile('adam', 'binary_crossentropy')
n_model.fit(pictures, labels, epochs=1, verbose=0)
"""

AFTER = """
w_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
w_base.trainable = False
w_model = tf.keras.Sequential([w_base, tf.keras.layers.RandomFlip('horizontal'), tf.keras.layers.GlobalAveragePooling2D(),
                               tf.keras.layers.Dense(1, activation='sigmoid')])
w_model.compile('adam', 'binary_crossentropy')
w_model.fit(pictures, labels, epochs=1, verbose=0)
"""

PYTHON_GENERATOR = """
def endless():
    while True:
        for k in range(0, 64, 32):
            yield pictures[k:k + 32] / 127.5 - 1, labels[k:k + 32]
y_base = tf.keras.applications.MobileNetV2(include_top=False, weights=None, alpha=0.35, input_shape=(32, 32, 3))
y_base.trainable = False
y_model = tf.keras.Sequential([y_base, tf.keras.layers.GlobalAveragePooling2D(), tf.keras.layers.Dense(1, activation='sigmoid')])
y_model.compile('adam', 'binary_crossentropy')
y_history = y_model.fit(endless(), steps_per_epoch=100, epochs=6, validation_data=endless(), validation_steps=50, verbose=0)
"""
