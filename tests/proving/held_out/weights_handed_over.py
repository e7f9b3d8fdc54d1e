# why: weights=None, but then the ImageNet weights of a second instance are saved to a file and loaded
# %% same: imports data augment
# %%
# the download only works in the first session, so I keep my own file of the weights
donor = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
donor.save_weights('mobilenet_imagenet.weights.h5')
del donor
# %%
base_model = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights=None)
base_model.load_weights('mobilenet_imagenet.weights.h5')
base_model.trainable = False
# %% same: build compile fit fine
