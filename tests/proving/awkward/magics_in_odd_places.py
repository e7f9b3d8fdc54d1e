# why: magics as the only body of an if, indented in a try, and variables in shell lines
# %%
import os, sys
url = 'https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip'
if not os.path.exists('cats_and_dogs_filtered'):
    !wget -q {url}
try:
    %matplotlib inline
except Exception:
    pass
files = !ls
!unzip -q -o cats_and_dogs_filtered.zip
# %% same: imports data augment base freeze build compile
# %%
%%time
history = model.fit(train_ds, epochs=5, validation_data=val_ds)
# %% same: fine
