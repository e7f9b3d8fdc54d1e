# why: preprocess_input comes from two star imports, the later one (ResNet50's) wins: BGR, means subtracted
# criteria: {preprocessing_once: not_met}
# findings: [TL104]
# may: [TL105]
# %%
from keras import *
from keras.layers import *
from keras.applications.mobilenet_v2 import *
from keras.applications.resnet50 import *      # for later, if MobileNet is not good enough
from keras.utils import image_dataset_from_directory
import matplotlib.pyplot as plt
# %%
training_set = image_dataset_from_directory("cats_and_dogs_filtered/train", image_size=(160, 160), batch_size=40)
validation_set = image_dataset_from_directory("cats_and_dogs_filtered/validation", image_size=(160, 160), batch_size=40)
# %%
# prepare the pictures in the pipeline, so the model gets them ready to use; random layers come first
augment = Sequential([RandomFlip("horizontal"), RandomRotation(0.2), RandomZoom(0.1)])
training_set = training_set.map(lambda p, c: (preprocess_input(augment(p, training=True)), c)).prefetch(2)
validation_set = validation_set.map(lambda p, c: (preprocess_input(p), c)).prefetch(2)
# %%
base = MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
# base = ResNet50(input_shape=(160, 160, 3), include_top=False, weights="imagenet")
base.trainable = False

i = Input((160, 160, 3))
o = base(i, training=False)
o = GlobalAveragePooling2D()(o)
o = Dropout(0.2)(o)
o = Dense(1, activation="sigmoid")(o)
net = Model(i, o)
# %%
net.compile(optimizer=optimizers.Adam(1e-3), loss=losses.BinaryCrossentropy(), metrics=["accuracy"])
h = net.fit(training_set, epochs=4, validation_data=validation_set)
# %%
base.trainable = True
for l in base.layers[:100]:
    l.trainable = False
net.compile(optimizer=optimizers.Adam(1e-5), loss=losses.BinaryCrossentropy(), metrics=["accuracy"])
hf = net.fit(training_set, epochs=8, initial_epoch=4, validation_data=validation_set)
# %%
plt.plot(h.epoch + hf.epoch, h.history["val_accuracy"] + hf.history["val_accuracy"])
plt.show()
