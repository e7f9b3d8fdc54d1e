"""Second halves of notebooks: transfer models as students write them, on data of one of three shapes.

`DATASET` wants `train_ds` and `val_ds`; `GENERATOR` wants `train_gen` and `val_gen`; `ARRAYS` wants `X_train`, `y_train`,
`X_val`, `y_val`. `SIZE` and `CLASSES` are written in by the builder. Right ones meet all six criteria; the others say
which they miss.
"""

CRITERIA = ("backbone_without_top", "backbone_pretrained", "frozen_before_first_fit", "preprocessing_once",
            "pooled_to_vector", "feature_extraction_trained")  # fmt: skip

FUNCTIONAL = """
base_model = tf.keras.applications.MobileNetV2(input_shape=(SIZE, SIZE, 3), include_top=False, weights='imagenet')
base_model.trainable = False
# ---
inputs = tf.keras.Input(shape=(SIZE, SIZE, 3))
x = tf.keras.applications.mobilenet_v2.preprocess_input(inputs)
x = base_model(x, training=False)
x = tf.keras.layers.GlobalAveragePooling2D()(x)
x = tf.keras.layers.Dropout(0.2)(x)
outputs = HEAD
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-4), loss='LOSS', metrics=['accuracy'])
model.summary()
# ---
history = model.fit(train_ds, validation_data=val_ds, epochs=5)
# ---
plt.plot(history.history['accuracy'])
plt.plot(history.history['val_accuracy'])
plt.show()
"""
SEQUENTIAL = """
from tensorflow.keras import layers, models
from tensorflow.keras.applications import MobileNetV2
conv_base = MobileNetV2(weights='imagenet', include_top=False, input_shape=(SIZE, SIZE, 3))
for layer in conv_base.layers:
    layer.trainable = False
model = models.Sequential()
model.add(layers.Input(shape=(SIZE, SIZE, 3)))
model.add(layers.Rescaling(1./127.5, offset=-1))
model.add(conv_base)
model.add(layers.GlobalAveragePooling2D())
model.add(HEAD)
model.compile(loss='LOSS', optimizer='adam', metrics=['accuracy'])
# ---
hist = model.fit(train_ds, epochs=3, validation_data=val_ds)
"""
UNFROZEN = FUNCTIONAL.replace("base_model.trainable = False\n", "")
WITHOUT_SCALING = FUNCTIONAL.replace(
    "x = tf.keras.applications.mobilenet_v2.preprocess_input(inputs)\nx = base_model(x,", "x = base_model(inputs,"
)
GENERATOR = """
from tensorflow.keras.applications import MobileNetV2
from tensorflow.keras.layers import Dense, GlobalAveragePooling2D, Dropout
from tensorflow.keras.models import Model
base = MobileNetV2(include_top=False, weights='imagenet', input_shape=(SIZE, SIZE, 3))
base.trainable = False
x = base.output
x = GlobalAveragePooling2D()(x)
x = Dropout(0.3)(x)
pred = HEAD
model = Model(inputs=base.input, outputs=pred)
model.compile(optimizer=tf.keras.optimizers.RMSprop(lr=0.0001), loss='LOSS', metrics=['acc'])
# ---
history = model.fit_generator(train_gen, steps_per_epoch=len(train_gen), epochs=10, validation_data=val_gen)
# ---
plt.plot(history.history['acc']); plt.plot(history.history['val_acc']); plt.legend(['train', 'val']); plt.show()
"""
ARRAYS = """
mobile = tf.keras.applications.MobileNetV2(input_shape=(SIZE, SIZE, 3), include_top=False, weights='imagenet')
mobile.trainable = False
net = tf.keras.Sequential([
    mobile,
    tf.keras.layers.GlobalAveragePooling2D(),
    tf.keras.layers.Dense(128, activation='relu'),
    HEAD,
])
net.compile(optimizer='adam', loss='LOSS', metrics=['accuracy'])
# ---
h = net.fit(X_train, y_train, validation_data=(X_val, y_val), epochs=5, batch_size=32)
print(net.evaluate(X_val, y_val))
"""
