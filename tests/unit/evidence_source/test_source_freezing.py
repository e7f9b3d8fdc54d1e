"""What is frozen when a training begins: every spelling, and its wrong near twin."""

from __future__ import annotations

import pytest

from grader.records import Place, Trainable

NONE, PART, ALL = Trainable.NONE, Trainable.PART, Trainable.ALL

TIMED = """
import functools
def timed(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        print(f.__name__)
        result = f(*args, **kwargs)
        return result
    return wrapper
"""
HOLDER = """
from functools import cached_property
class Holder:
    @cached_property
    def net(self):
        return base
    @property
    def learns(self):
        return base.trainable
    @learns.setter
    def learns(self, flag):
        base.trainable = {flag}
"""
PROXY = """
class Proxy:
    def __init__(self, net):
        super().__setattr__('net', net)
    def __getattr__(self, name):
        return getattr(self.net, name)
    def __setattr__(self, name, value):
        setattr(self.net, name, value)
"""
REGISTER = """
STEPS = {}
def register(name):
    def wrap(f):
        STEPS[name] = f
        return f
    return wrap
"""
FROZEN = {
    "attribute": ("base.trainable = False", NONE),
    "True by mistake": ("base.trainable = True", ALL),
    "None counts as False": ("base.trainable = None", NONE),
    "zero counts as False": ("base.trainable = 0", NONE),
    "not True": ("freeze = True\nbase.trainable = not freeze", NONE),
    "not False": ("freeze = False\nbase.trainable = not freeze", ALL),
    "never": ("pass", ALL),
    "commented out": ("# base.trainable = False", ALL),
    "in a text": ("'''base.trainable = False'''", ALL),
    "loop over layers": ("for layer in base.layers:\n    layer.trainable = False", NONE),
    "loop over indices": ("for i in range(len(base.layers)):\n    base.layers[i].trainable = False", NONE),
    "enumerate": ("for i, layer in enumerate(base.layers):\n    layer.trainable = i >= len(base.layers)", NONE),
    "comprehension": ("[setattr(l, 'trainable', False) for l in base.layers]", NONE),
    "while": ("i = 0\nwhile i < len(base.layers):\n    base.layers[i].trainable = False\n    i += 1", NONE),
    "first half": ("for layer in base.layers[:77]:\n    layer.trainable = False", PART),
    "all but the last, which has no weights": ("for layer in base.layers[:-1]:\n    layer.trainable = False", NONE),
    "all but the last two": ("for layer in base.layers[:-3]:\n    layer.trainable = False", PART),
    "helper with a default": ("def freeze(m, flag=False):\n    m.trainable = flag\nfreeze(base)", NONE),
    "helper called otherwise": ("def freeze(m, flag=False):\n    m.trainable = flag\nfreeze(base, flag=True)", ALL),
    "helper never called": ("def freeze(m, flag=False):\n    m.trainable = flag", ALL),
    "in a method": ("class T:\n    def __init__(self, m): self.m = m\n    def freeze(self): self.m.trainable = False\n"
                    "T(base).freeze()", NONE),
    "chained": ("base.trainable = frozen = False", NONE),
    "alias": ("other = base\nother.trainable = False", NONE),
    "fresh one with the same arguments": ("base2 = keras.applications.MobileNetV2(include_top=False)\n"
                                          "base2.trainable = False", ALL),
    "dead branch": ("if False:\n    base.trainable = False", ALL),
    "live branch": ("if True:\n    base.trainable = False", NONE),
    "except": ("try:\n    base.trainable = False\nexcept Exception:\n    base.trainable = True", NONE),
    "by class": ("for layer in base.layers:\n    if isinstance(layer, layers.BatchNormalization):\n"
                 "        layer.trainable = False", PART),
    "flag loop by name": ("seen = False\nfor layer in base.layers:\n    if layer.name == 'block_16_expand':\n"
                          "        seen = True\n    layer.trainable = seen", PART),
    "flag loop that never finds its name": ("seen = False\nfor layer in base.layers:\n"
                                            "    if layer.name == 'block9_x':\n"
                                            "        seen = True\n    layer.trainable = seen", NONE),
    "by prefix": ("for layer in base.layers:\n    layer.trainable = layer.name.startswith(('block_16', 'Conv_1'))",
                  PART),
    "unfrozen again": ("base.trainable = False\nbase.trainable = True", ALL),
    "get_layer": ("for n in [l.name for l in base.layers]:\n    pass\n"
                  "base.get_layer('block_16_expand').trainable = False",
                  PART),
    "by a property": (HOLDER.format(flag="flag") + "Holder().learns = False", NONE),
    "by a property that turns it round": (HOLDER.format(flag="not flag") + "Holder().learns = False", ALL),
    "by __setattr__": (PROXY + "Proxy(base).trainable = False", NONE),
    "by __setattr__, another attribute": (PROXY + "Proxy(base).dtype = False", ALL),
    "through __getattr__": (PROXY + "for layer in Proxy(base).layers:\n    layer.trainable = False", NONE),
    "a remembered property": (HOLDER.format(flag="flag") + "Holder().net.trainable = False", NONE),
    "a method of the class": ("class T:\n    @classmethod\n    def stop(cls, m, flag=False):\n"
                              "        m.trainable = flag\nT.stop(base)", NONE),
    "a method of the class, called otherwise": ("class T:\n    @classmethod\n    def stop(cls, m, flag=False):\n"
                                                "        m.trainable = flag\nT().stop(base, True)", ALL),
    "timed by a decorator": (TIMED + "@timed\ndef freeze(m, flag=False):\n    m.trainable = flag\nfreeze(base)", NONE),
    "timed by a decorator, called otherwise": (
        TIMED + "@timed\ndef freeze(m, flag=False):\n    m.trainable = flag\nfreeze(base, flag=True)", ALL),
    "a decorator that calls nothing": ("def skipped(f):\n    return lambda m: None\n@skipped\ndef freeze(m):\n"
                                       "    m.trainable = False\nfreeze(base)", ALL),
    "a decorator that calls at once": ("def at_once(f):\n    f(base)\n    return f\n@at_once\ndef freeze(m):\n"
                                       "    m.trainable = False", NONE),
    "registered": (REGISTER + "@register('stop')\ndef freeze(m):\n    m.trainable = False\nSTEPS['stop'](base)", NONE),
    "registered and never looked up": (REGISTER + "@register('stop')\ndef freeze(m):\n    m.trainable = False", ALL),
    "registered class": (REGISTER + "@register('stop')\nclass Freeze:\n    def __init__(self, m):\n"
                         "        m.trainable = False\nSTEPS['stop'](base)", NONE),
    "remembered": ("import functools\n@functools.cache\ndef net():\n"
                   "    return keras.applications.MobileNetV2(include_top=False)\n"
                   "base = net()\nnet().trainable = False", NONE),
    "made twice": ("import functools\ndef net():\n    return keras.applications.MobileNetV2(include_top=False)\n"
                   "base = net()\nnet().trainable = False", ALL),
    "remembered for other arguments": ("import functools\n@functools.lru_cache(maxsize=None)\ndef net(w):\n"
                                       "    return keras.applications.MobileNetV2(include_top=False, weights=w)\n"
                                       "base = net('imagenet')\nnet(None).trainable = False", ALL),
    "map": ("def stop(l):\n    l.trainable = False\nlist(map(stop, base.layers))", NONE),
}


@pytest.mark.parametrize(("freeze", "state"), FROZEN.values(), ids=FROZEN.keys())
def test_state_of_the_backbone_in_the_first_training(account, freeze, state):
    stage = account(freeze=freeze).stages[0]
    assert stage.backbone_trainable.value == state
    assert stage.trainable_layers.known
    assert stage.total_layers.value == 154


def test_counts_of_trainable_layers(account):
    first, second = account().stages
    assert (first.trainable_layers.value, second.trainable_layers.value) == (0, 54)


AFTERWARDS = {
    "by index in the new model": ("model.layers[2].trainable = False", NONE),
    "wrong index": ("model.layers[-1].trainable = False", ALL),
    "slice of the new model that holds it": ("for l in model.layers[:3]:\n    l.trainable = False", NONE),
    "slice of the new model that ends before it": ("for l in model.layers[:2]:\n    l.trainable = False", ALL),
    "all but the last layers": ("for l in model.layers[:-3]:\n    l.trainable = False", NONE),
    "whole model": ("model.trainable = False", NONE),
    "by name": ("model.get_layer('mobilenetv2_1.00_160').trainable = False", NONE),
    "by its own name": ("model.get_layer(base.name).trainable = False", NONE),
    "through the layers": ("for l in model.layers:\n    if hasattr(l, 'layers') and len(l.layers) > 10:\n"
                           "        l.trainable = False", NONE),
}


@pytest.mark.parametrize(("freeze", "state"), AFTERWARDS.values(), ids=AFTERWARDS.keys())
def test_frozen_through_the_new_model_after_building(account, freeze, state):
    told = account(freeze="", compile=f"{freeze}\nmodel.compile('adam', 'binary_crossentropy')")
    assert told.stages[0].backbone_trainable.value == state


def test_slice_of_a_model_with_the_backbone_inlined(account):
    build = """
x = layers.GlobalAveragePooling2D()(base.output)
model = keras.Model(base.input, layers.Dense(1, activation='sigmoid')(x))
for l in model.layers[:{n}]:
    l.trainable = False
"""
    assert account(freeze="", build=build.format(n=154)).stages[0].backbone_trainable.value == NONE
    assert account(freeze="", build=build.format(n=100)).stages[0].backbone_trainable.value == PART
    assert account(freeze="", build=build.format(n=0)).stages[0].backbone_trainable.value == ALL


def test_frozen_after_the_model_is_built_and_before_compile_counts(account):
    told = account(freeze="", compile="base.trainable = False\nmodel.compile('adam', 'binary_crossentropy')")
    assert told.stages[0].backbone_trainable.value == NONE
    assert told.stages[0].recompiled.value is True


def test_frozen_after_compile_is_not_compiled_again(account):
    told = account(freeze="", fit="base.trainable = False\nhistory = model.fit(train_ds, epochs=10)")
    assert told.stages[0].recompiled.value is False


def test_compile_inside_the_freezing_loop_counts(account):
    told = account(compile="for l in base.layers:\n    l.trainable = False\n    model.compile('adam', 'mse')")
    assert told.stages[0].recompiled.value is True


def test_unfreezing_a_fresh_backbone_leaves_the_model_frozen(account):
    told = account(unfreeze="base = keras.applications.MobileNetV2(input_shape=(160,160,3), include_top=False)\n"
                            "base.trainable = True\nfor l in base.layers[:100]:\n    l.trainable = False")
    assert [s.backbone_trainable.value for s in told.stages] == [NONE, NONE]


@pytest.mark.parametrize("made", [
    "keras.models.clone_model(base)",
    "keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)",
])  # fmt: skip
def test_what_is_set_on_a_network_beside_the_model_is_of_a_copy(lab, made):
    told = lab(unfreeze=f"other = {made}\nother.trainable = True")
    assert [(f.value, f.place.line) for f in told.freezings_of_copies] == [(ALL, 2)]
    assert len(told.freezings) == 2


@pytest.mark.parametrize("unfreeze", [
    "base.trainable = True",
    "base = keras.applications.MobileNetV2(include_top=False)\nbase.trainable = True\n"
    "model = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(1)])",
    "other = keras.models.clone_model(base)\nother.trainable = True\nmodel = keras.models.load_model('m.keras')",
])  # fmt: skip
def test_no_copy_is_told_where_what_trains_may_hold_it(lab, unfreeze):
    assert lab(unfreeze=unfreeze).freezings_of_copies == ()


def test_freezings_say_where_and_what_became(lab):
    told = lab()
    assert [(f.value, f.place) for f in told.freezings] == [
        (NONE, Place(cell=5, line=1)), (ALL, Place(cell=9, line=2)), (PART, Place(cell=9, line=4))]


def test_a_loop_with_two_branches_is_told_as_two_places(lab):
    told = lab(unfreeze="for i, l in enumerate(base.layers):\n    if i < 100:\n        l.trainable = False\n    else:\n"
                        "        l.trainable = True")
    assert [(f.place.cell, f.place.line, f.value) for f in told.freezings[1:]] == [(9, 3, NONE), (9, 5, PART)]


def test_inner_layers_thawed_below_a_frozen_backbone_differ_between_versions(account):
    told = account(unfreeze="for l in base.layers[100:]:\n    l.trainable = True")
    assert not told.stages[1].backbone_trainable.known
    assert "Keras 2 and 3" in told.stages[1].backbone_trainable.why


def test_inner_layers_thawed_after_a_freezing_loop_are_part(account):
    told = account(freeze="for l in base.layers:\n    l.trainable = False",
                   unfreeze="for l in base.layers[100:]:\n    l.trainable = True")
    assert told.stages[1].backbone_trainable.value == PART
    assert told.stages[1].trainable_layers.value == 54


@pytest.mark.parametrize(
    ("net", "total"),
    [("VGG16", 19), ("ResNet50", 175), ("EfficientNetB0", 238), ("InceptionV3", 311), ("Xception", 132),
     ("DenseNet121", 427), ("MobileNet", 86), ("ResNet50V2", 190)],
)
def test_layers_of_other_networks_are_counted(account, net, total):
    told = account(base=f"base = keras.applications.{net}(include_top=False, input_shape=(160, 160, 3))",
                   unfreeze="base.trainable = True\nfor l in base.layers[:-4]:\n    l.trainable = False")
    assert told.stages[1].total_layers.value == total
    assert told.stages[1].trainable_layers.value == 4


@pytest.mark.parametrize(
    "freeze",
    [
        "base.trainable = bool(input('freeze? '))",
        "from helpers import freeze\nfreeze(base)",
        "import helpers\nhelpers.freeze(model=base)",
        "if os.path.exists('x'):\n    base.trainable = False",
        "for l in base.layers[:int(input())]:\n    l.trainable = False",
        "exec('base.trainable = False')",
        "getattr(base, '__setattr__')('trainable', False)",
        "settings[0](base)",
        "n = np.random.randint(2)\nbase.trainable = n",
        "globals()['base'].trainable = False",
        "for l in pick(base.layers):\n    l.trainable = False",
        "while not done():\n    base.trainable = False",
    ],
    ids=["asked for", "unknown module", "unknown module's function", "undecided if", "unknown slice", "exec",
         "dunder", "undefined function", "by chance", "globals", "unknown selection", "undecided while"],
)
def test_what_may_or_may_not_be_frozen_is_not_claimed(account, freeze):
    assert not account(freeze=freeze, unfreeze="").stages or not account(
        freeze=freeze, unfreeze="").stages[0].backbone_trainable.known


@pytest.mark.parametrize(
    "harmless",
    ["print(base)", "base.summary()", "keras.utils.plot_model(base)", "len(base.layers), base.name",
     "show = [l.name for l in base.layers]", "plt.plot(base)", "import visualkeras\nvisualkeras.layered_view(base)",
     "if os.path.exists('x'):\n    print('there')", "w = base.get_weights()"],
)
def test_looking_at_the_backbone_changes_nothing(account, harmless):
    assert account(freeze=f"base.trainable = False\n{harmless}").stages[0].backbone_trainable.value == NONE


def test_an_undecided_if_with_the_same_end_is_known(account):
    freeze = "if os.path.exists('x'):\n    base.trainable = False\nelse:\n    base.trainable = False"
    assert account(freeze=freeze).stages[0].backbone_trainable.value == NONE
