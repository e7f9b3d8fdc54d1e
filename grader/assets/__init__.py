"""Data sets and pretrained weights that a rubric's notebooks need.

In: names. Out: `records.Assets`, files that kernels see read-only. Grading opens no connection: true files are taken
from the cache or from `~/.keras` where somebody put them; what is absent gets a stand-in, drawn or seeded once by a
child process. Only `grader assets fetch` (`holdings`, `fetching`) brings anything from a network. This room must never
import TensorFlow, nor trust a file by its name alone.

Where true files are looked for, below the cache folder:
    datasets/cats_and_dogs_filtered/{train,validation}/{cats,dogs}/, or datasets/<the downloaded archive>
    weights/<file name as Keras downloads it>
"""

from grader.assets.prepare import prepare_assets

__all__ = ["prepare_assets"]
