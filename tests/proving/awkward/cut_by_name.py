# why: include_top=True, cut at the last convolution's activation by its name
# %% same: imports data augment
# %%
full = keras.applications.MobileNetV2(input_shape=(160, 160, 3), weights='imagenet', include_top=True)
base_model = keras.Model(inputs=full.input, outputs=full.get_layer('out_relu').output)
base_model.trainable = False
# %% same: build compile fit fine
