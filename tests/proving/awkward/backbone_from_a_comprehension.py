# why: a list comprehension makes the networks, and one of them is taken
# %% same: imports data augment
# %%
networks = [cls(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
            for cls in (keras.applications.MobileNetV2,)]
base_model = networks[0]
# %% same: freeze build compile fit fine
