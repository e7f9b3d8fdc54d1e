# why: a demo with its top predicts one picture before the real backbone is made, under the same name
# %% same: imports data augment
# %%
base_model = keras.applications.MobileNetV2(weights='imagenet')
img = np.random.uniform(0, 255, (1, 224, 224, 3))
print(base_model.predict(keras.applications.mobilenet_v2.preprocess_input(img)).shape)
# %% same: base freeze build compile fit fine
