"""Has Keras work out once, not for every layer, which attributes a saved model leaves out: a third of a save.

In: nothing. Out: Keras with a memory. It means to remember them itself, but looks them up under another name than it
stores them under (`get_attr_skipset` in `keras/src/saving/saving_lib.py`), and so makes a layer for each layer.
It must never fail where a Keras has no such function, nor change what is saved or loaded.
"""

from functools import lru_cache


def install():
    """Remember from now on; safe to call again."""
    try:
        from keras.src.saving import saving_lib

        look_up = saving_lib.get_attr_skipset
        if not hasattr(look_up, "cache_info"):
            saving_lib.get_attr_skipset = lru_cache(maxsize=None)(look_up)
    except (ImportError, AttributeError):
        pass
