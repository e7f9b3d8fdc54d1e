"""Code that a `with` runs around its body, and code that something else may run: followed where it is known when."""

from __future__ import annotations

import pytest

from grader.records import Trainable

NONE, PART, ALL = Trainable.NONE, Trainable.PART, Trainable.ALL

COMPILE = "model.compile(keras.optimizers.Adam(1e-3), 'bce')"
FUNCTION = """
from contextlib import contextmanager
@contextmanager
def frozen(net, flag=False):
    before = net.trainable
    net.trainable = flag
    try:
        yield net
    finally:
        net.trainable = before
"""
CLASS = """
class frozen:
    def __init__(self, net, flag=False):
        self.net, self.flag = net, flag
    def __enter__(self):
        self.before, self.net.trainable = self.net.trainable, self.flag
        return self.net
    def __exit__(self, *error):
        self.net.trainable = self.before
"""
METHOD = """
import contextlib
class Lab:
    net = base
    @contextlib.contextmanager
    def hold(self, flag):
        self.net.trainable = flag
        yield self.net
        self.net.trainable = not flag
def frozen(net, flag=False):
    return Lab().hold(flag)
"""


@pytest.mark.parametrize("manager", [FUNCTION, CLASS, METHOD], ids=["function", "class", "method"])
def test_what_a_manager_changes_holds_inside_its_block_only(account, manager):
    def told(block, before="pass", after="pass"):
        fit = f"{before}\nwith {block}:\n    {COMPILE}\n    history = model.fit(train_ds, epochs=3)\n{after}"
        return [s.backbone_trainable.value for s in account(freeze=manager, compile="", fit=fit).stages]

    assert told("frozen(base)") == [NONE, PART]
    assert told("frozen(base) as net, tf.device('/CPU:0')") == [NONE, PART]
    assert told("frozen(base) as net", after="model.fit(train_ds)") == [NONE, ALL, PART]
    assert told("frozen(base, flag=True)") == [ALL, PART]
    assert told("tf.device('/CPU:0')", before="with frozen(base):\n    pass") == [ALL, PART]


def test_what_is_entered_is_what_the_function_yields(account):
    fit = f"with frozen(base) as net:\n    {{}}\n    {COMPILE}\n    history = model.fit(train_ds, epochs=3)"
    thawed = account(freeze=FUNCTION, compile="", fit=fit.format("net.trainable = True"))
    assert thawed.stages[0].backbone_trainable.value == ALL
    other = account(freeze=FUNCTION, compile="", fit=fit.format("augment.trainable = True"))
    assert other.stages[0].backbone_trainable.value == NONE


def test_a_function_returns_from_inside_a_block(account):
    code = FUNCTION + "def make():\n    with frozen(base):\n        return 1e-4\n    return 1e-2\nrate = make()"
    told = account(freeze=code, compile="model.compile(keras.optimizers.Adam(rate), 'bce')")
    assert told.stages[0].learning_rate.value == pytest.approx(1e-4)


ELSEWHERE = {
    "a stack of managers": ("stack = contextlib.ExitStack()\nstack.enter_context(frozen(base))", None),
    "entered by hand": ("frozen(base).__enter__()", None),
    "a manager that is never entered": ("manager = frozen(base)", ALL),
    "a thread": ("import threading\nthreading.Thread(target=freeze).start()", None),
    "a pool": ("from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(freeze).result()", None),
    "a thread that freezes nothing": ("import threading\nthreading.Thread(target=print_it).start()", ALL),
    "a button": ("import ipywidgets\nipywidgets.Button().on_click(freeze)", None),
    "the first step of a generator": ("steps = stages()\nnext(steps)", None),
    "a generator that changes nothing": ("steps = numbers()\nnext(steps)", ALL),
}


@pytest.mark.parametrize(("code", "state"), ELSEWHERE.values(), ids=ELSEWHERE.keys())
def test_what_may_be_run_elsewhere_is_no_certainty(account, code, state):
    functions = f"""{FUNCTION}
import contextlib
def freeze():
    base.trainable = False
def print_it():
    print(base.name)
def stages():
    base.trainable = False
    yield 'head'
    base.trainable = True
    yield 'all'
def numbers():
    yield 1
"""
    told = account(freeze=functions + code)
    assert (told.stages[0].backbone_trainable.value if told.stages else None) == state
