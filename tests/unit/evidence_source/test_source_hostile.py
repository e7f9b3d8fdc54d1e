"""Whatever a notebook holds, reading it ends soon and never raises; tampering is remarked and trusted nowhere."""

from __future__ import annotations

import ast
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.evidence.source import read_source
from grader.records import Cell, CellKind, Testimony

LIMIT_S = 2.0
"""Of processor time: the machine that runs the tests may be busy."""


def read(*sources: str) -> Testimony:
    return read_source(tuple(Cell(number=n, kind=CellKind.CODE, source=s) for n, s in enumerate(sources, 1)))


BOMBS = {
    "long text": "x = 'a' * 10**9",
    "long list": "x = [0] * 10**9",
    "repeated doubling": "x = 'ab'\n" + "x = x + x\n" * 60,
    "list doubling": "x = [1]\n" + "x = x + x\n" * 60,
    "extend itself": "x = [1]\n" + "x.extend(x)\n" * 60,
    "replace": "x = 'a' * 100\n" + "x = x.replace('a', 'aaaaaaaaaa')\n" * 20,
    "power tower": "x = 10**10**10",
    "shift": "x = 1 << 10**9",
    "growing number": "x = 3\n" + "x = x * x\n" * 60,
    "long range": "for i in range(10**12):\n    pass",
    "list of a long range": "x = list(range(10**12))",
    "huge range bounds": "for i in range(10**400):\n    x = len(range(10**400))",
    "nested loops": "for a in range(900):\n    for b in range(900):\n        for c in range(900):\n            x = a",
    "endless": "while True:\n    x = 1",
    "recursion": "def f(n):\n    return f(n + 1)\nf(0)",
    "mutual recursion": "def f(n):\n    return g(n) + g(n)\ndef g(n):\n    return f(n) + f(n)\nf(0)",
    "exponential calls": "\n".join(["def f0(): return 1"] + [f"def f{i}(): return f{i-1}() + f{i-1}()"
                                                             for i in range(1, 60)] + ["f59()"]),
    "lambda knot": "(lambda f: f(f))(lambda f: f(f))",
    "deep brackets": "x = " + "(" * 3000 + "1" + ")" * 3000,
    "deep lists": "x = " + "[" * 90 + "]" * 90,
    "deep minus": "x = " + "-" * 50000 + "1",
    "long sum": "x = " + " + ".join(["1"] * 20000),
    "long attribute": "import os\nx = os" + ".a" * 20000,
    "long call chain": "x = f" + "()" * 20000,
    "deep nesting of ifs": "\n".join("  " * i + f"if u{i}:" for i in range(90)) + "\n" + "  " * 90 + "pass",
    "many undecided ifs": "x = 0\n" + "\n".join(f"if u{i}:\n    x = {i}" for i in range(3000)),
    "undecided returns": "def f():\n" + "\n".join(f"  if u{i}:\n    if v{i}:\n      return {i}\n    y = 1"
                                                    for i in range(60)) + "\nf()",
    "undecided breaks": "for i in range(500):\n    if u:\n        break\n    if v:\n        continue",
    "many numbers": "x = [" + "1," * 60000 + "]",
    "many statements": "x = 1\n" * 60000,
    "many magics": "!ls\n" * 5000,
    "long magic": "!" + "a" * 150000 + "\nx = (",
    "ten megabytes": "x = '" + "a" * 10_000_000 + "'",
    "self-holding list": "x = []\nx.append(x)\nprint(x)\ny = x == x\nfor z in x: z.append(z)",
    "self-holding dictionary": "d = {}\nd['d'] = d\nd.update(d)\ne = {**d}",
    "self-holding tuple": "x = []\nt = (x,)\nx.append(t)\nimport keras\nm = keras.Model(t, x)\nm.fit(t)",
    "self-holding model": "import keras\nm = keras.Sequential()\nm.add(m)\nm.trainable = False\nm.compile()\nm.fit(1)",
    "models in a ring": "import keras\na = keras.Sequential()\nb = keras.Sequential([a])\na.add(b)\nb.fit(1)\n"
                        "a(b(a.layers))",
    "own model in itself": "import keras\nclass M(keras.Model):\n    def call(self, x):\n"
                           "        return self(x)\nM().fit(1)",
    "class of itself": "class A(A): pass\nclass B:\n    b = None\nB.b = B\nB.b.b.b()",
    "many backbones": "import keras\nfor i in range(500):\n    b = keras.applications.InceptionResNetV2()",
    "many layers": "import keras\nm = keras.Sequential()\nfor i in range(900):\n    m.add(keras.layers.Dense(1))\n"
                   "for i in range(900):\n    m.trainable = False\n    m.fit(1)",
    "long graph": "import keras\nx = i = keras.Input((1,))\nfor n in range(900):\n    x = keras.layers.Dense(1)(x)\n"
                  "m = keras.Model(i, x)\nfor n in range(900):\n    m.fit(1)",
    "wide graph": "import keras\nx = keras.Input((1,))\n" + "x = x + x\n" * 200 + "m = keras.Model(x, x)\nm.fit(1)",
    "bad escapes": "x = '\\d'\n\"\\w\" is 'x'\nassert (1, 2)",
    "surrogates": "x = '\ud800'",
    "format bomb": "x = f'{1:999999999}'\ny = f'{1.5:.999999999f}'\nz = '%999999999d' % 1\n"
                   "w = '{:>999999999}'.format(1)",
    "comprehension bomb": "x = [a for a in range(900) for b in range(900) for c in range(900)]",
    "unpacking": "a, *b = *[1] * 10**6, 2\n(*c,) = range(10**9)",
    "wrong types": "x = 'a' + 1\ny = [1][5]\nz = {}['k']\nw = None.x.y()\nfor i in 5: pass\n(1)(2)\nlen()\n"
                   "range()\nzip(*1)",
    "bad calls": "import keras\nkeras.layers.Dense()\nkeras.Model()\nkeras.Sequential(5)\nkeras.Input(5)(3)\n"
                 "keras.applications.MobileNetV2(input_shape='x', include_top='y', pooling=5, weights=[])\n"
                 "keras.layers.Dense(1)(2)(3)\nkeras.Sequential().add()\nkeras.Sequential().pop()\n"
                 "keras.Sequential().layers[0].trainable = 1\nsetattr(1, 2, 3)\nkeras.ImageDataGenerator(rescale='x')",
    "bad shapes": "import keras\nfrom keras import layers\nb = keras.applications.VGG16(include_top=False, "
                  "input_shape=(1, 1))\nx = layers.Conv2D('a', (1, 2, 3), strides=0)(keras.Input((-5, None, 10**30)))\n"
                  "x = layers.AveragePooling2D(0)(x)\nm = keras.Model(x, layers.Flatten()(x))\n"
                  "m.fit(1, batch_size='x')\n"
                  "r = layers.Rescaling(1e-320)(x) / 1e-320 / 0\nkeras.Model(x, r).fit(x)",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_bombs_are_read_soon_and_quietly(bomb):
    began = time.process_time()
    told = read(bomb, "import keras\nbase = keras.applications.MobileNetV2(include_top=False)")
    assert time.process_time() - began < LIMIT_S
    assert "could not be followed (" not in told.why


def test_what_is_too_much_is_unavailable_and_says_so():
    told = read("for a in range(900):\n    for b in range(900):\n        for c in range(900):\n            x = a")
    assert told.available is False
    assert "more than is followed" in told.why


TAMPERING = {
    "path of the grader": "open('/grader/out/journal.jsonl', 'w')",
    "fit replaced": "keras.Model.fit = lambda *a, **k: None",
    "fit replaced by setattr": "setattr(tf.keras.Model, 'fit', lambda *a, **k: None)",
    "sys.modules": "import sys\nsys.modules['keras'] = object()",
    "walking objects": "import gc\nfor o in gc.get_objects():\n    pass",
    "frames": "import sys\nf = sys._getframe(1)",
    "inspect": "import inspect\ninspect.stack()",
    "module of ours": "import recorder",
    "exec": "exec('x = 1')",
    "eval": "eval('x')",
}


@pytest.mark.parametrize("code", TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_remarked(lab, code):
    assert lab(augment=code + "\naugment = keras.Sequential([layers.RandomFlip()])").remarks
    assert lab(augment="augment = keras.Sequential([layers.RandomFlip()])").remarks == ()


@pytest.mark.parametrize(
    "code", ["keras.Model.fit = lambda *a, **k: None", "exec(x)", "eval(x)", "globals()['base'] = keras.Sequential()",
             "keras.layers.Dense.__call__ = f", "__import__(x)"])
def test_nothing_is_claimed_of_models_that_may_have_been_changed_unseen(lab, code):
    for told in lab(fit=code + "\nhistory = model.fit(train_ds, epochs=10)").accounts:
        assert not any(s.backbone_trainable.known for s in told.stages)
        assert told.stages_known is False


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=200), max_size=4))
def test_any_text_is_read(sources):
    told = read(*sources)
    assert "could not be followed (" not in told.why


NAMES = ["keras", "layers", "base", "model", "x", "f", "C", "train_ds", "range", "len", "list", "print", "setattr",
         "getattr", "zip", "enumerate", "super", "dict", "isinstance"]
ATTRIBUTES = ["layers", "trainable", "output", "input", "fit", "compile", "add", "pop", "Dense", "Sequential", "Model",
              "Input", "applications", "MobileNetV2", "append", "map", "batch", "items", "name", "get_layer",
              "RandomFlip", "optimizer", "learning_rate", "history", "shape", "call", "predict", "update"]
CONSTANTS = ["1", "0", "-1", "3.5", "'a'", "None", "True", "(160, 160, 3)", "[]", "{}", "...", "b'x'", "10**9"]
expressions = st.recursive(
    st.sampled_from(NAMES + CONSTANTS),
    lambda e: st.one_of(
        st.tuples(e, st.sampled_from(ATTRIBUTES)).map(lambda p: f"({p[0]}).{p[1]}"),
        st.tuples(e, st.lists(e, max_size=3)).map(lambda p: f"({p[0]})({', '.join(p[1])})"),
        st.tuples(e, e).map(lambda p: f"({p[0]})(*{p[1]}, training={p[0]})"),
        st.tuples(e, e).map(lambda p: f"({p[0]})[{p[1]}]"),
        st.tuples(e, e, e).map(lambda p: f"({p[0]})[{p[1]}:{p[2]}]"),
        st.tuples(e, st.sampled_from("+-*/%@"), e).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.tuples(e, st.sampled_from(["in", "is", "==", "<", "and", "or"]), e).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
        st.lists(e, max_size=3).map(lambda p: f"[{', '.join(p)}]"),
        st.lists(e, min_size=1, max_size=3).map(lambda p: f"({', '.join(p)},)"),
        st.tuples(e, e).map(lambda p: f"{{{p[0]}: {p[1]}}}"),
        st.tuples(e, e).map(lambda p: f"[{p[0]} for x in {p[1]}]"),
        st.tuples(e, e, e).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
        e.map(lambda p: f"(lambda x, *a, f={p}: {p})"),
        e.map(lambda p: f"f'{{{p}!r:>{3}}}'".replace("'a'", '"a"')),
        e.map(lambda p: f"keras.layers.Dense(1)({p})"),
    ),
    max_leaves=12,
)


def _indented(body: str) -> str:
    return "\n".join("    " + line for line in body.splitlines())


statements = st.recursive(
    st.one_of(
        expressions, expressions.map(lambda e: f"x = {e}"), expressions.map(lambda e: f"x += {e}"),
        expressions.map(lambda e: f"x, *f = {e}"), expressions.map(lambda e: f"base.trainable = {e}"),
        expressions.map(lambda e: f"model.x = model.add({e})"),
        expressions.map(lambda e: f"for i in {e}: x = i; break"),
        st.tuples(expressions, expressions).map(lambda p: f"({p[0]})[{p[1]}] = {p[0]}"),
        st.tuples(expressions, expressions).map(lambda p: f"({p[0]}).trainable = {p[1]}"),
        st.just("del x"), st.just("global x"), st.just("import keras as f"), st.just("model.fit(x)"),
    ),
    lambda s: st.one_of(
        st.tuples(s, s).map("\n".join),
        st.tuples(expressions, s, s).map(lambda p: f"if {p[0]}:\n{_indented(p[1])}\nelse:\n{_indented(p[2])}"),
        st.tuples(expressions, s).map(lambda p: f"for x in {p[0]}:\n{_indented(p[1])}"),
        st.tuples(expressions, s).map(lambda p: f"while {p[0]}:\n{_indented(p[1])}"),
        st.tuples(s, expressions).map(lambda p: f"def f(x=1, *a, **k):\n{_indented(p[0])}\n    return {p[1]}\nf(f)"),
        s.map(lambda p: f"class C(keras.Model):\n    def call(self, x):\n{_indented(_indented(p))}\n        return x\n"
                        "model = C()"),
        st.tuples(s, s).map(lambda p: f"try:\n{_indented(p[0])}\nexcept E as x:\n{_indented(p[1])}"),
        st.tuples(expressions, s).map(lambda p: f"with {p[0]} as x:\n{_indented(p[1])}"),
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(statements, min_size=1, max_size=4))
def test_any_program_is_read(parts):
    began = time.process_time()
    told = read("from tensorflow import keras\nfrom keras import layers\nbase = keras.applications.MobileNetV2()\n"
                "model = keras.Sequential([base])\nx = keras.Input((3,))", *parts)
    assert time.process_time() - began < LIMIT_S
    assert "could not be followed (" not in told.why


def test_a_call_that_sets_an_attribute_of_a_module_is_read():
    told = read("from tensorflow import keras\nx = keras.Input((3,))",
                "class C(keras.Model):\n    def call(self, x):\n        keras.trainable = keras\n        return x\n"
                "model = C()")
    assert "could not be followed (" not in told.why


def test_generated_programs_are_mostly_python():
    sample = "class C(keras.Model):\n    def call(self, x):\n        x = (1).fit\n        return x\nmodel = C()"
    assert ast.parse(sample)
