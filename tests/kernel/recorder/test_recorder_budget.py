"""A student's code does not notice the budget: what it asked for comes back, in the shapes that it asked for.

Each cell asserts what a student's next cell would rely on; a cell that raises is a claim that does not hold.
"""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.kernel

SETUP = """
def small(units=1, activation='sigmoid', loss='binary_crossentropy', **compiled):
    made = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(4, 3, strides=4),
                             keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(units, activation=activation)])
    made.compile('adam', loss, metrics=['accuracy'], **compiled)
    return made
"""
CELLS = {
    "history_has_as_many_epochs_as_asked": """
model = small()
h = model.fit(train, epochs=7, validation_data=train, verbose=0)
assert [len(v) for v in h.history.values()] == [7, 7, 7, 7], h.history
assert h.epoch == list(range(7)) and h.epochs_really_run == 1 and h.params['epochs'] == 7
""",
    "second_fit_goes_on_where_the_first_ended": """
again = model.fit(train, epochs=12, initial_epoch=h.epoch[-1], verbose=0)
assert again.epoch == list(range(6, 12)) and len(again.history['loss']) == 6
""",
    "one_epoch_is_not_lengthened": """
once = small().fit(train, epochs=1, verbose=0)
assert once.epoch == [0] and not hasattr(once, 'epochs_really_run')
""",
    "validation_every_second_epoch_gives_half_as_many_values": """
half = small().fit(train, epochs=6, validation_data=train, validation_freq=2, verbose=0)
assert len(half.history['loss']) == 6 and len(half.history['val_loss']) == 3, half.history
""",
    "epochs_that_are_reached_already_train_nothing": """
before = model.get_weights()
nothing = model.fit(train, epochs=5, initial_epoch=10, verbose=0)
assert nothing.epoch == [] and all((a == b).all() for a, b in zip(before, model.get_weights()))
""",
    "callback_sees_a_proper_sequence": """
seen = []
class Watch(keras.callbacks.Callback):
    def on_train_begin(self, logs=None): seen.append('begin')
    def on_epoch_begin(self, epoch, logs=None): seen.append(epoch)
    def on_train_batch_end(self, batch, logs=None): seen.append('step')
    def on_epoch_end(self, epoch, logs=None): seen.append(sorted(logs))
    def on_train_end(self, logs=None): seen.append('end')
small().fit(train, epochs=5, initial_epoch=2, validation_data=train, callbacks=[Watch()], verbose=0)
assert seen == ['begin', 2, 'step', 'step', ['accuracy', 'loss', 'val_accuracy', 'val_loss'], 'end'], seen
""",
    "training_that_a_callback_stops_is_not_lengthened": """
class Stop(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None): self.model.stop_training = True
stopped = small().fit(train, epochs=9, callbacks=[Stop()], verbose=0)
assert stopped.epoch == [0], stopped.epoch
""",
    "early_stopping_checkpoints_and_schedules_work": """
import os
cb = keras.callbacks
kept = small().fit(train, epochs=4, validation_data=train, verbose=0, callbacks=[
    cb.EarlyStopping(patience=2, restore_best_weights=True), cb.ModelCheckpoint('kept.keras', save_best_only=True),
    cb.ReduceLROnPlateau(), cb.LearningRateScheduler(lambda epoch, lr: lr * 0.9), cb.CSVLogger('log.csv')])
assert len(kept.epoch) == 4 and os.path.exists('kept.keras') and os.path.exists('log.csv')
""",
    "arrays_with_a_split_and_weights": """
w = np.ones(len(labels))
split = small().fit(pictures, labels, validation_split=0.2, sample_weight=w, epochs=3, verbose=0)
assert len(split.history['val_loss']) == 3
for data in ((pictures, labels), (train, None)):
    assert len(small().fit(*data, class_weight={0: 1., 1: 2.}, epochs=2, verbose=0).epoch) == 2
""",
    "sorted_arrays_still_give_both_classes": """
labels_seen = []
class Spy(keras.Model):
    def train_step(self, data):
        labels_seen.extend(data[1].numpy().ravel().tolist())
        return super().train_step(data)
i = keras.Input((32, 32, 3))
spy = Spy(i, keras.layers.Dense(1)(keras.layers.Flatten()(i)))
spy.compile('sgd', 'mse')
spy.fit(pictures, np.sort(labels), shuffle=False, epochs=1, verbose=0)
assert set(labels_seen) == {0.0, 1.0} and len(labels_seen) == 16, labels_seen
""",
    "generator_is_drawn_from_only_as_often_as_needed": """
drawn = []
def endless():
    while True:
        drawn.append(1)
        yield pictures[:32], labels[:32]
small().fit(endless(), steps_per_epoch=500, epochs=20, verbose=0)
assert len(drawn) == 2, len(drawn)
""",
    "sequence_and_image_generator": """
class Pairs(keras.utils.PyDataset):
    def __len__(self): return 3
    def __getitem__(self, k): return pictures[k * 20:k * 20 + 20], labels[k * 20:k * 20 + 20]
assert len(small().fit(Pairs(), epochs=3, validation_data=Pairs(), verbose=0).history['val_loss']) == 3
flow = tf.keras.preprocessing.image.ImageDataGenerator(rescale=1/255).flow(pictures, labels, batch_size=16)
assert len(small().fit(flow, epochs=2, verbose=0).epoch) == 2
assert small().predict(flow, verbose=0).shape == (70, 1)
assert small().predict(Pairs(), verbose=0).shape == (60, 1)
""",
    "error_in_the_students_own_data_reaches_the_student": """
def broken():
    yield pictures[:8], labels[:8]
    raise RuntimeError('my own mistake')
try:
    small().fit(broken(), epochs=2, verbose=0)
    raise SystemError('nothing was raised')
except RuntimeError as error:
    assert str(error) == 'my own mistake'
""",
    "error_of_keras_reaches_the_student": """
for wrong in (lambda: keras.Sequential([keras.layers.Dense(1)]).fit(pictures, labels, verbose=0),
              lambda: small().fit(pictures, labels[:7], verbose=0),
              lambda: small().fit(pictures, labels, nonsense=1, verbose=0)):
    try:
        wrong()
    except (ValueError, TypeError) as error:
        assert 'kernel_side' not in str(error)
    else:
        raise SystemError('nothing was raised')
""",
    "predict_gives_as_many_rows_as_asked": """
model = small(3, 'softmax', 'sparse_categorical_crossentropy')
assert model.predict(pictures, verbose=0).shape == (70, 3)
assert model.predict(train, verbose=0).shape == (70, 3)
assert model.predict(train.map(lambda a, b: a).prefetch(2), verbose=0).shape == (70, 3)
assert model.predict(train.skip(1), verbose=0).shape == (38, 3)
assert model.predict(train.take(2), verbose=0).shape == (64, 3)
assert model.predict(train.unbatch().batch(10), verbose=0).shape == (70, 3)
assert model.predict(pictures[:1], verbose=0).shape == (1, 3)
""",
    "predictions_of_a_few_are_those_of_keras": """
exact = small()
few = pictures[:4] / 255
assert np.allclose(exact.predict(few, verbose=0), exact(few).numpy(), atol=1e-5)
assert not np.allclose(exact.predict(few, verbose=0), exact(pictures[10:14] / 255).numpy(), atol=1e-9)
""",
    "model_called_by_hand_gives_a_row_for_each_picture": """
keras.utils.set_random_seed(1)
by_hand = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
found = by_hand(pictures[:32])
assert found.shape == (32, 1, 1, 1280) and np.allclose(found[0], by_hand(pictures[:1])[0], atol=1e-4)
assert by_hand(pictures[:32], training=True).shape == (32, 1, 1, 1280)
""",
    "call_under_a_tape_is_computed_for_every_picture": """
different = np.stack([np.full((32, 32, 3), k / 20, dtype='float32') for k in range(12)])
with tf.GradientTape() as tape:
    outputs = by_hand(different)
assert outputs.shape == (12, 1, 1, 1280) and not np.array_equal(outputs[8], outputs[0])
repeated = by_hand(different)
assert np.array_equal(repeated[8], repeated[0])
""",
    "evaluate_gives_what_it_always_gives": """
values = small().evaluate(train, verbose=0)
assert len(values) == 2 and all(isinstance(v, float) for v in values)
assert set(small().evaluate(pictures, labels, return_dict=True, verbose=0)) == {'loss', 'accuracy'}
""",
    "loop_of_single_steps_ends_soon": """
import time
looped, told = small(), []
start = time.time()
for _ in range(3000):
    told.append(looped.train_on_batch(pictures[:32], labels[:32]))
assert time.time() - start < 60 and len(told) == 3000
assert int(looped.optimizer.iterations.numpy()) == 2
""",
    "model_is_left_as_it_was": """
plain = small(run_eagerly=False)
plain.fit(train, epochs=2, verbose=0)
assert plain.run_eagerly is False and plain.optimizer is not None and plain.compiled
plain.save('plain.keras')
assert keras.models.load_model('plain.keras').optimizer is not None
""",
    "shuffled_pictures_are_all_there": """
mixed = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(10_000).batch(32)
assert sum(len(y) for _, y in mixed.shuffle(1000).repeat(1).prefetch(1)) == 70
assert sorted(n for n in tf.data.Dataset.range(500).shuffle(500).as_numpy_iterator()) == list(range(500))
""",
    "constructor_and_layers_look_like_keras_own": """
import inspect
net = tf.keras.applications.MobileNetV2
assert net is keras.applications.mobilenet_v2.MobileNetV2 and net.__name__ == 'MobileNetV2'
assert list(inspect.signature(net).parameters)[:3] == ['input_shape', 'alpha', 'include_top'] and net.__doc__
flip = keras.layers.RandomFlip('vertical', seed=3)
assert keras.layers.RandomFlip.from_config(flip.get_config()).mode == 'vertical'
assert inspect.signature(keras.Model.fit).parameters['epochs'].default == 1
""",
    "saved_lambda_of_preprocess_input_can_be_loaded": """
prepare = keras.applications.mobilenet_v2.preprocess_input
lam = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Lambda(prepare)])
lam.save('lambda.keras')
back = keras.models.load_model('lambda.keras', safe_mode=False, custom_objects={'preprocess_input': prepare})
assert np.allclose(back(pictures[:2]), pictures[:2] / 127.5 - 1, atol=1e-4)
""",
    "students_own_modules_keep_their_names": """
open('budget.py', 'w').write('whose = "mine"')
open('recorder.py', 'w').write('whose = "mine"')
import sys
sys.path.insert(0, '.')
import budget, recorder
assert (budget.whose, recorder.whose) == ('mine', 'mine')
""",
    "magics_keep_the_line": "%%time\nbase = keras.applications.MobileNetV2(include_top=False, weights=None, "
                            "input_shape=(32, 32, 3))\nbase.trainable = False",
    "captured_cells_keep_the_line": "%%capture\nx = 1\n\nbase.trainable = True",
    "everything_forgotten_is_still_recorded": "%reset -f",
    "trained_after_everything_was_forgotten": """
import keras, numpy as np
late = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
late.compile('sgd', 'mse')
late.fit(np.ones((9, 4)), np.ones(9), epochs=2, verbose=0)
""",
}


@pytest.fixture(scope="module")
def watched(watch: Any, spellings: dict[str, str]) -> Any:
    return watch(*CELLS.values(), prelude=spellings["PRELUDE"] + SETUP)


@pytest.mark.parametrize("claim", CELLS)
def test_claim(claim: str, watched: Any) -> None:
    assert watched.errors[list(CELLS).index(claim)] is None


def number(claim: str) -> int:
    return list(CELLS).index(claim) + 1


def test_nothing_of_ours_failed(watched: Any) -> None:
    assert [e for e in watched.journal if e["event"] == "fault"] == []


def test_training_runs_the_budget_and_not_a_step_more(watched: Any) -> None:
    ended = [e for e in watched.events("stage_end") if e["completed"]]
    assert {e["steps"] for e in ended if e["running"] != number("trained_after_everything_was_forgotten")} <= {1, 2}


def test_made_up_epochs_are_told(watched: Any) -> None:
    first = next(e for e in watched.events("stage_end") if e["running"] == 1)
    assert (first["epochs_run"], first["padded"]) == (1, 6)


def test_line_inside_a_magic_is_the_line_of_the_cell(watched: Any) -> None:
    timed, captured = number("magics_keep_the_line"), number("captured_cells_keep_the_line")
    places = [(e["cell"], e["line"]) for e in watched.events("trainable")]
    assert places == [(timed, 3), (captured, 4)]


def test_training_after_a_reset_is_seen(watched: Any) -> None:
    (last,) = watched.accounts(number("trained_after_everything_was_forgotten"))
    assert last.label == "late"


@pytest.mark.slow
def test_full_training_runs_all_that_is_asked(watch: Any) -> None:
    told = watch(
        "model = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Flatten(), keras.layers.Dense(1)])\n"
        "model.compile('sgd', 'mse')\n"
        "h = model.fit(train, epochs=4, verbose=0)\n"
        "assert h.epoch == [0, 1, 2, 3] and not hasattr(h, 'epochs_really_run')",
        budget={"full": True},
    )
    assert told.errors == [None]
    (end,) = told.events("stage_end")
    assert (end["steps"], end["padded"]) == (12, 0)
