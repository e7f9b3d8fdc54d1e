"""The stages of training: what trains, when it was compiled, how fast, how long, and from which weights."""

from __future__ import annotations

import pytest

from grader.records import Place, StageKind

BUILD = "model = keras.Sequential([augment, base, layers.GlobalAveragePooling2D(), layers.Dense(1)])"


def test_the_right_lab_has_two_stages(account):
    first, second = account().stages
    assert (first.place, second.place) == (Place(cell=8, line=1), Place(cell=11, line=1))
    assert (first.compile_place, second.compile_place) == (Place(cell=7, line=1), Place(cell=10, line=1))
    assert (first.optimizer.value, first.learning_rate.value, second.learning_rate.value) == ("Adam", 1e-3, 1e-5)
    assert (first.epochs_asked.value, second.epochs_asked.value) == (10, 10)
    assert (first.recompiled.value, second.recompiled.value) == (True, True)
    assert (first.continues.value, second.continues.value) == (False, True)
    assert not first.steps_run.known
    assert not first.completed.known


RATES = {
    "class": ("keras.optimizers.Adam(learning_rate=2e-4)", ("Adam", 2e-4)),
    "positional": ("tf.keras.optimizers.RMSprop(2e-4)", ("RMSprop", 2e-4)),
    "lr=": ("keras.optimizers.SGD(lr=0.5, momentum=.9)", ("SGD", 0.5)),
    "legacy": ("tf.keras.optimizers.legacy.Adam(1e-4)", ("Adam", 1e-4)),
    "string": ("'adam'", ("Adam", 1e-3)),
    "string of SGD": ("'SGD'", ("SGD", 1e-2)),
    "string in capitals": ("'RMSprop'", ("RMSprop", 1e-3)),
    "class itself": ("keras.optimizers.Adam", ("Adam", 1e-3)),
    "default": ("keras.optimizers.Adam()", ("Adam", 1e-3)),
    "arithmetic": ("keras.optimizers.Adam(rate / 10)", ("Adam", 1e-4)),
    "power": ("keras.optimizers.Adam(10 ** -4)", ("Adam", 1e-4)),
    "text": ("keras.optimizers.Adam(float('1e-4'))", ("Adam", 1e-4)),
    "schedule": ("keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9))", ("Adam", 0.01)),
    "schedule by name": ("keras.optimizers.Adam(learning_rate=keras.optimizers.schedules.CosineDecay("
                         "initial_learning_rate=0.02, decay_steps=10))", ("Adam", 0.02)),
    "dictionary": ("{'a': keras.optimizers.Adam, 's': keras.optimizers.SGD}['a'](1e-4)", ("Adam", 1e-4)),
    "not known": ("keras.optimizers.Adam(float(input()))", ("Adam", None)),
    "own": ("MyOptimizer()", (None, None)),
}


@pytest.mark.parametrize(("optimizer", "told"), RATES.values(), ids=RATES.keys())
def test_optimizer_and_learning_rate(account, optimizer, told):
    stage = account(compile=f"rate = 1e-3\nmodel.compile(optimizer={optimizer}, loss='bce')").stages[0]
    assert stage.optimizer.value == told[0]
    assert stage.learning_rate.value == (pytest.approx(told[1]) if told[1] else None)


CHANGES = {
    "compiled with a lower rate": ("model.compile(keras.optimizers.Adam(1e-5), 'bce')", 1e-5),
    "not compiled again": ("pass", 1e-3),
    "attribute": ("model.optimizer.learning_rate = 1e-5", 1e-5),
    "attribute lr": ("model.optimizer.lr = 1e-5", 1e-5),
    "assign": ("model.optimizer.learning_rate.assign(1e-5)", 1e-5),
    "set_value": ("keras.backend.set_value(model.optimizer.learning_rate, 1e-5)", 1e-5),
    "a tenth of what it was": ("model.compile(keras.optimizers.Adam(model.optimizer.learning_rate / 10), 'bce')", 1e-4),
    "a variable": ("opt = keras.optimizers.Adam(1e-3)\nopt.learning_rate = 2e-5\nmodel.compile(opt, 'bce')", 2e-5),
}


@pytest.mark.parametrize(("change", "rate"), CHANGES.values(), ids=CHANGES.keys())
def test_learning_rate_of_the_second_training(account, change, rate):
    assert account(recompile=change).stages[1].learning_rate.value == pytest.approx(rate)


PLANS = {
    "named tuple": ("import collections\nPlan = collections.namedtuple('Plan', 'name rate')\n"
                    "plan = Plan('head', rate=2e-4)", 2e-4),
    "named tuple by commas": ("from collections import namedtuple\nPlan = namedtuple('Plan', 'rate, name')\n"
                              "plan = Plan(2e-4, 'head')", 2e-4),
    "named tuple by a list that is not known": ("from collections import namedtuple\n"
                                                "plan = namedtuple('Plan', input().split())(2e-4, 'head')", None),
    "namespace": ("from types import SimpleNamespace\nplan = SimpleNamespace(rate=2e-4)\nplan.rate /= 2", 1e-4),
    "namespace without it": ("from types import SimpleNamespace\nplan = SimpleNamespace(lr=2e-4)", None),
}


@pytest.mark.parametrize(("code", "rate"), PLANS.values(), ids=PLANS.keys())
def test_a_rate_kept_by_name(account, code, rate):
    stage = account(compile=f"{code}\nmodel.compile(keras.optimizers.Adam(plan.rate), 'bce')").stages[0]
    assert stage.learning_rate.value == (pytest.approx(rate) if rate else None)


def test_unfrozen_and_not_compiled_again(account):
    assert account(recompile="").stages[1].recompiled.value is False
    assert account().stages[1].recompiled.value is True


def test_compiled_before_unfreezing_is_not_compiled_again(account):
    told = account(unfreeze="model.compile(keras.optimizers.Adam(1e-5), 'bce')", recompile="base.trainable = True")
    assert told.stages[1].recompiled.value is False


def test_a_scheduler_hides_the_rate(account):
    fit = "history = model.fit(train_ds, epochs=10, callbacks=[keras.callbacks.{}])"
    plateau = account(fit=fit.format("ReduceLROnPlateau(patience=2)"), recompile="")
    assert plateau.stages[0].learning_rate.value == 1e-3
    assert not plateau.stages[1].learning_rate.known
    scheduler = account(fit=fit.format("LearningRateScheduler(lambda e: 1e-3 / (e + 1))"))
    assert not scheduler.stages[0].learning_rate.known
    assert scheduler.stages[1].learning_rate.value == 1e-5


EPOCHS = {
    "default": ("model.fit(train_ds)", 1),
    "number": ("model.fit(train_ds, epochs=7)", 7),
    "positional": ("model.fit(np.ones(3), np.ones(3), 32, 5)", 5),
    "initial": ("model.fit(train_ds, epochs=15, initial_epoch=5)", 10),
    "sum": ("E = 10\nmodel.fit(train_ds, epochs=E + 5, initial_epoch=E)", 5),
    "history": ("h = model.fit(train_ds, epochs=4)\nmodel.fit(train_ds, epochs=9, initial_epoch=h.epoch[-1])", 6),
    "length of history": ("h = model.fit(train_ds, epochs=4)\n"
                          "model.fit(train_ds, epochs=9, initial_epoch=len(h.epoch))", 5),
    "not known": ("model.fit(train_ds, epochs=int(input()))", None),
    "after early stopping": ("h = model.fit(train_ds, epochs=4, callbacks=[keras.callbacks.EarlyStopping()])\n"
                             "model.fit(train_ds, epochs=9, initial_epoch=h.epoch[-1])", None),
    "**": ("options = dict(epochs=6)\nmodel.fit(train_ds, **options)", 6),
}


@pytest.mark.parametrize(("fit", "asked"), EPOCHS.values(), ids=EPOCHS.keys())
def test_epochs_asked(account, fit, asked):
    assert account(fit=fit, refit="").stages[-1].epochs_asked.value == asked


def test_a_fit_whose_epochs_are_reached_already_trains_nothing(account):
    told = account(refit="model.fit(train_ds, epochs=5, initial_epoch=10)")
    assert len(told.stages) == len(account(refit="").stages) == 1


def test_training_in_a_helper_with_defaults(account):
    helper = "def train(m, rate=1e-3, epochs=3):\n    m.compile(keras.optimizers.Adam(rate), 'bce')\n" \
             "    return m.fit(train_ds, epochs=epochs)\n"
    told = account(compile=helper, fit="history = train(model)", recompile="", refit="train(model, 1e-5, epochs=2)")
    assert [(s.learning_rate.value, s.epochs_asked.value) for s in told.stages] == [(1e-3, 3), (1e-5, 2)]


def test_fits_in_a_known_loop_are_stages_each(account):
    told = account(fit="for rate in [1e-3, 1e-4]:\n    model.compile(keras.optimizers.Adam(rate), 'bce')\n"
                       "    model.fit(train_ds)", refit="")
    assert [s.learning_rate.value for s in told.stages] == [1e-3, 1e-4]


@pytest.mark.parametrize(
    "fit",
    ["if os.path.exists('w.h5'):\n    model.fit(train_ds)", "while unsure():\n    model.fit(train_ds)",
     "for part in os.listdir('parts'):\n    model.fit(train_ds)", "import trainer\ntrainer.run(model)",
     "if ready:\n    history = model.fit(train_ds)\nelse:\n    model.load_weights('w.h5')"],
    ids=["undecided", "undecided while", "nobody knows how often", "by an unknown module", "or loaded"],
)
def test_trainings_that_may_not_happen_leave_the_stages_open(lab, fit):
    for told in lab(fit=fit, refit="").accounts:
        assert told.stages_known is False


def test_never_trained_is_known(account):
    told = account(fit="", refit="", recompile="")
    assert told.stages == ()
    assert told.stages_known is True


def test_model_without_a_backbone_is_told_where_no_other_is_and_nothing_is_trained(lab):
    small = "model = keras.Sequential([keras.Input((160, 160, 3)), layers.Flatten(), layers.Dense(1)])"
    told = lab(build=small, fit="", refit="").accounts
    assert [(a.label, a.backbone.in_model.value, a.stages) for a in told] == [("model", False, ())]


def test_training_only_in_a_function_that_is_never_called(lab):
    told = lab(fit="def train():\n    model.fit(train_ds)", refit="")
    assert told.accounts[0].stages == ()
    assert any("`train` is never called" in r for r in told.remarks)


def test_training_in_a_dead_branch_does_not_count(account):
    assert len(account(refit="if False:\n    model.fit(train_ds)").stages) == 1
    assert len(account(refit="if __name__ == '__main__':\n    model.fit(train_ds)").stages) == 2


def test_train_on_batch_is_one_stage(account):
    told = account(fit="for epoch in range(3):\n    for x, y in train_ds:\n        model.train_on_batch(x, y)",
                   refit="")
    assert [(s.kind, s.backbone_trainable.value) for s in told.stages] == [(StageKind.TRAIN_ON_BATCH, "none")]
    assert told.pooling.output_shape.value == (32, 1280)


STEPS = "def steps(n):\n    for _ in range(n):\n        for x, y in train_ds:\n            model.train_on_batch(x, y)\n"


def test_a_function_of_single_steps_trains_as_often_as_it_is_called_for_something_new(account):
    two = account(fit=f"{STEPS}steps(3)", refit="steps(2)")
    assert [(s.backbone_trainable.value, s.recompiled.value, s.learning_rate.value) for s in two.stages] == [
        ("none", True, 1e-3), ("part", True, 1e-5)]
    assert two.stages[1].continues.value is True
    assert [s.recompiled.value for s in account(fit=f"{STEPS}steps(3)", recompile="", refit="steps(2)").stages] == [
        True, False]
    assert len(account(fit=f"{STEPS}steps(3)\nsteps(3)", unfreeze="", recompile="", refit="").stages) == 1


def test_single_steps_in_a_loop_that_thaws_at_some_turn_are_two_trainings(account):
    code = ("for epoch in range({}):\n    if epoch == 3:\n        base.trainable = True\n"
            "        for layer in base.layers[:100]:\n            layer.trainable = False\n"
            "        model.compile(keras.optimizers.Adam(1e-5), 'bce')\n"
            "    for x, y in train_ds:\n        model.train_on_batch(x, y)")
    stages = account(fit=code.format("5"), unfreeze="", recompile="", refit="").stages
    assert [s.backbone_trainable.value for s in stages] == ["none", "part"]
    unsure = account(fit=code.format("int(input())"), unfreeze="", recompile="", refit="")
    assert unsure.stages_known is False


def test_a_loop_by_hand_is_one_stage(account):
    loop = """
opt = keras.optimizers.Adam(1e-4)
loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    grads = tape.gradient(loss, model.trainable_variables)
    opt.apply_gradients(zip(grads, model.trainable_variables))
    return loss
for epoch in range(5):
    for images, labels in train_ds:
        step(images, labels)
"""
    told = account(compile="", fit=loop, unfreeze="", recompile="", refit="")
    stage, = told.stages
    assert stage.kind == StageKind.CUSTOM_LOOP
    assert stage.backbone_trainable.value == "none"
    assert (stage.optimizer.value, stage.learning_rate.value) == ("Adam", 1e-4)
    assert stage.loss.value.from_logits is True


# --------------------------------------------------------------------------- continuing

FRESH = """
base2 = keras.applications.MobileNetV2(input_shape=SIZE + (3,), include_top=False)
for layer in base2.layers[:100]:
    layer.trainable = False
model2 = keras.Sequential([augment, base2, layers.GlobalAveragePooling2D(), layers.Dense(1)])
model2.compile(keras.optimizers.Adam(1e-5), 'bce')
"""
SHARED = """
base.trainable = True
model2 = keras.Sequential([model])
model2.compile(keras.optimizers.Adam(1e-5), 'bce')
"""
NEW_HEAD = """
model2 = keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(1)])
model2.compile(keras.optimizers.Adam(1e-5), 'bce')
"""


@pytest.mark.parametrize(
    ("tuned", "continues"), [(FRESH, False), (SHARED, True), (NEW_HEAD, False)], ids=["fresh", "shared", "new head"])
def test_whether_a_second_model_goes_on_from_the_first(lab, tuned, continues):
    told = lab(unfreeze=tuned, recompile="", refit="model2.fit(train_ds)")
    assert [a.label for a in told.accounts] == ["model", "model2"]
    assert told.accounts[1].stages[0].continues.value is continues


def test_weights_loaded_in_between_leave_it_open(account):
    told = account(recompile="model.load_weights('best.h5')\nmodel.compile('adam', 'bce')")
    assert not told.stages[1].continues.known


def test_weights_that_the_model_saved_itself_continue(account):
    told = account(fit="history = model.fit(train_ds, epochs=10, callbacks=[keras.callbacks.ModelCheckpoint('b.h5')])",
                   recompile="model.load_weights('b.h5')\nmodel.compile('adam', 'bce')")
    assert told.stages[1].continues.value is True


def test_a_model_loaded_from_a_file_is_not_claimed(lab):
    told = lab(build="model = keras.models.load_model('m.h5')").accounts[0]
    assert not told.backbone.in_model.known
    assert not told.stages


LOADED = "model.save('a.keras')\nlater = keras.models.load_model('a.keras')\n"


def test_a_training_of_a_loaded_model_leaves_it_open_whether_there_is_a_second(lab):
    later = "later.compile(loss='binary_crossentropy', optimizer='adam')\nlater.fit(train_ds, epochs=2)"
    told = lab(unfreeze=LOADED, recompile="", refit=later)
    first = next(a for a in told.accounts if a.label == "model")
    assert len(first.stages) == 1
    assert not first.stages_known


def test_a_loaded_model_that_is_only_looked_at_changes_nothing(lab):
    told = lab(unfreeze=LOADED + "later.evaluate(val_ds)", recompile="", refit="")
    first = next(a for a in told.accounts if a.label == "model")
    assert len(first.stages) == 1
    assert first.stages_known
