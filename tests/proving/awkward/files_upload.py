# why: the zip is uploaded by hand in Colab
# %% same: imports
# %%
from google.colab import files
uploaded = files.upload()
import zipfile
for name in uploaded:
    with zipfile.ZipFile(name) as archive:
        archive.extractall('.')
# %% same: data augment base freeze build compile fit fine
