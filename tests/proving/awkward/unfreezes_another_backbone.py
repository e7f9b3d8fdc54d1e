# why: fine-tuning opens a network that is made anew and is in no model
# criteria: {fine_tuning_unfreezes: not_met}
# findings: [TL206]
# %% same: imports data augment base freeze build compile fit
# %%
tuned = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)
tuned.trainable = True
for l in tuned.layers[:100]:
    l.trainable = False
print(len(tuned.trainable_variables))
# %% same: recompile refit
