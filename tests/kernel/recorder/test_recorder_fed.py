"""Of which pictures a training, its validation and later tests consist, by the files and rows that were really fed.

Each cell ends in trainings or readings of a small network; what they share is held against what the cell says.
"""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.kernel

SETUP = """
import os, PIL.Image
from keras.utils import image_dataset_from_directory
from tensorflow.keras.preprocessing.image import ImageDataGenerator

def small(units=1, activation='sigmoid', loss='binary_crossentropy'):
    made = keras.Sequential([keras.Input((32, 32, 3)), keras.layers.Conv2D(4, 3, strides=4),
                             keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(units, activation=activation)])
    made.compile('adam', loss, metrics=['accuracy'])
    return made

for split, count in (('train', 40), ('validation', 10)):
    for label in ('cats', 'dogs'):
        os.makedirs(f'data/{split}/{label}', exist_ok=True)
        for n in range(count):
            PIL.Image.fromarray(rng.integers(0, 255, (32, 32, 3), dtype='uint8')).save(f'data/{split}/{label}/{n}.png')

def read(split, **how):
    return image_dataset_from_directory(f'data/{split}', image_size=(32, 32), batch_size=8, verbose=False, **how)

def fit(x, y=None, **how):
    return small().fit(x, y, verbose=0, **how)
"""
NOTHING = object()
# cell: what the training shares with its validation as (shared, of, redrawn), None where it can't be told
FITS: dict[str, tuple[str, Any]] = {
    "two_folders": ("fit(read('train'), validation_data=read('validation'))", (0, 20, False)),
    "one_folder_twice": ("fit(read('train'), validation_data=read('train'))", (80, 80, False)),
    "a_split_of_one_folder": ("""
a, b = (read('train', validation_split=0.25, subset=s, seed=4) for s in ('training', 'validation'))
fit(a.prefetch(2), validation_data=b.cache())
""", (0, 20, False)),
    "both_subsets_at_once": ("""
a, b = read('train', validation_split=0.25, subset='both', seed=4)
fit(a, validation_data=b)
""", (0, 20, False)),
    "other_seeds_for_the_two_parts": ("""
a = read('train', validation_split=0.25, subset='training', seed=4)
b = read('train', validation_split=0.25, subset='validation', seed=5)
fit(a.map(lambda x, y: (x / 255., y)), validation_data=b)
""", "some"),
    "folder_divided_after_shuffling_anew": ("""
whole = read('train')
fit(whole.take(7), validation_data=whole.skip(7).take(2))
""", "redrawn"),
    "shuffled_anew_and_cached_before_dividing": ("""
rows = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(70).cache()
fit(rows.take(50).batch(8), validation_data=rows.skip(50).batch(8))
""", None),
    "one_part_of_a_folder_not_mixed": ("""
a = read('train', validation_split=0.25, subset='training', seed=4)
b = read('train', validation_split=0.25, subset='validation', seed=4, shuffle=False)
fit(a.cache(), validation_data=b)
""", "some"),
    "folder_divided_without_shuffling": ("""
whole = read('train', shuffle=False)
fit(whole.take(7).shuffle(4), validation_data=whole.skip(7))
""", (0, 24, False)),
    "shuffled_once_then_divided": ("""
rows = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(70, reshuffle_each_iteration=False)
fit(rows.take(50).batch(8), validation_data=rows.skip(50).batch(8))
""", (0, 20, False)),
    "shuffled_anew_then_divided": ("""
rows = tf.data.Dataset.from_tensor_slices((pictures, labels)).shuffle(70, seed=1)
fit(rows.take(50).batch(8), validation_data=rows.skip(50).batch(8))
""", "redrawn"),
    "batches_of_the_validation_kept_for_a_test": ("""
held = read('validation')
fit(read('train'), validation_data=held.skip(1))
""", (0, 20, False)),
    "arrays_cut_in_two": (
        "fit(pictures[:50], labels[:50], validation_data=(pictures[50:], labels[50:]))", (0, 20, False)),
    "arrays_that_overlap": (
        "fit(pictures / 255., labels, validation_data=(pictures[50:] / 255., labels[50:]))", (20, 20, False)),
    "validation_split_of_arrays": ("fit(pictures, labels, validation_split=0.2)", (0, 14, False)),
    "rows_repeated_before_the_split": (
        "fit(np.concatenate([pictures, pictures[:7]]), np.ones(77), validation_split=0.1)", (7, 8, False)),
    "generator_with_subsets": ("""
gen = ImageDataGenerator(rescale=1 / 255, validation_split=0.25)
a, b = (gen.flow_from_directory('data/train', target_size=(32, 32), class_mode='binary', subset=s)
        for s in ('training', 'validation'))
fit(a, validation_data=b)
""", (0, 20, False)),
    "generator_whose_subset_was_forgotten": ("""
gen = ImageDataGenerator(rescale=1 / 255, validation_split=0.25)
a = gen.flow_from_directory('data/train', target_size=(32, 32), class_mode='binary')
b = gen.flow_from_directory('data/train', target_size=(32, 32), class_mode='binary', subset='validation')
fit(a, validation_data=b)
""", (20, 20, False)),
    "paths_sliced": ("""
files = sorted(os.path.join('data/train', c, f) for c in ('cats', 'dogs') for f in os.listdir(f'data/train/{c}'))
def load(path):
    return tf.ensure_shape(tf.cast(tf.io.decode_png(tf.io.read_file(path)), 'float32'), (32, 32, 3)), 1.0
def some(chosen):
    return tf.data.Dataset.from_tensor_slices(chosen).map(load).batch(8)
fit(some(files[:60]), validation_data=some(files[50:]))
""", (10, 30, False)),
    "filtered_of_the_same": ("""
rows = tf.data.Dataset.from_tensor_slices((pictures, labels))
fit(rows.filter(lambda x, y: y > 0).batch(8), validation_data=rows.filter(lambda x, y: y < 1).batch(8))
""", None),
    "python_generator": ("""
def endless():
    while True:
        yield pictures[:8], labels[:8]
fit(endless(), steps_per_epoch=3, validation_data=endless(), validation_steps=1)
""", NOTHING),
    "rows_that_all_look_alike": ("fit(np.ones((40, 32, 32, 3)), np.ones(40), validation_split=0.5)", None),
}  # fmt: skip
READINGS = """
model = small()
held = read('validation', shuffle=False)
model.fit(read('train'), validation_data=held, verbose=0,
          callbacks=[keras.callbacks.EarlyStopping(monitor='val_loss', restore_best_weights=True)])
model.evaluate(held, verbose=0)
model.evaluate(read('train'), verbose=0)
model.predict(held, verbose=0)
model.predict(read('validation'), verbose=0)
for x, y in held.take(2):
    model.predict(x, verbose=0)
"""


SCALED_ONLY_IN_TRAINING = """
base = tf.keras.applications.MobileNetV2(input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None)
base.trainable = False
scaled = train.map(lambda x, y: (tf.keras.applications.mobilenet_v2.preprocess_input(x), y))
whole = keras.Sequential([keras.layers.RandomFlip(), base, keras.layers.GlobalAveragePooling2D(),
                          keras.layers.Dense(1, activation='sigmoid')])
whole.compile('adam', 'binary_crossentropy')
whole.fit(scaled, validation_data=train, epochs=2, verbose=0)
"""

READ_BY_OPENCV = """
import cv2
os.makedirs('tinted', exist_ok=True)
for n in range(12):
    tint = rng.integers(0, 200, (1, 1, 3)) + rng.integers(0, 50, (64, 64, 3))
    PIL.Image.fromarray(tint.astype('uint8')).save(f'tinted/{n}.png')
def colours(turned):
    found = []
    for n in range(12):
        picture = cv2.resize(cv2.imread(f'tinted/{n}.png'), (32, 32))
        found.append(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB) if turned else picture)
    return np.array(found) / 127.5 - 1
for turned in (False, True):
    whole.fit(colours(turned), np.ones(12), epochs=1, verbose=0)
whole.fit(pictures, labels, epochs=1, verbose=0)
"""


@pytest.fixture(scope="module")
def notebook(watch: Any) -> Any:
    return watch(SETUP, *(cell for cell, _ in FITS.values()), READINGS, SCALED_ONLY_IN_TRAINING,
                 READ_BY_OPENCV)


def test_every_cell_ran(notebook: Any) -> None:
    assert [e for e in notebook.errors if e] == []
    assert notebook.events("fault") == []


@pytest.mark.parametrize(("position", "name"), list(enumerate(FITS, start=2)), ids=list(FITS))
def test_what_validation_shares_with_training(notebook: Any, position: int, name: str) -> None:
    told = [e for e in notebook.events("fed") if e["running"] == position]
    wanted = FITS[name][1]
    if wanted is NOTHING:
        assert [(e["training"], e["validation"], e["common"]) for e in told] == [(None, None, None)]
        return
    assert len(told) == 1
    common = told[0]["common"]
    if wanted is None:
        assert common is None
    elif wanted == "some":
        assert 0 < common["shared"] < common["of"] == 20
    elif wanted == "redrawn":
        assert common["redrawn"] and 0.4 < common["shared"] / common["of"] <= 1
    else:
        assert (common["shared"], common["of"], common["redrawn"]) == wanted


def test_folders_are_told_with_what_divides_them(notebook: Any) -> None:
    first = next(e for e in notebook.events("fed") if e["running"] == 2)
    assert (first["training"]["folders"], first["training"]["beside"]) == (["data/train"], ["validation"])
    assert first["training"]["place"]["cell"] == 1
    split = next(e for e in notebook.events("fed") if e["running"] == 4)
    assert split["validation"]["arguments"]["subset"] == "validation"


def test_labels_are_told(notebook: Any) -> None:
    cell = 2 + list(FITS).index("arrays_cut_in_two")
    labels = next(e["labels"] for e in notebook.events("fed") if e["running"] == cell)
    assert (labels["width"], labels["minimum"], labels["maximum"], labels["of_all"]) == (1, 0.0, 1.0, True)


def test_what_tests_share_with_training_and_validation(notebook: Any) -> None:
    cell = len(FITS) + 2
    found = [e for e in notebook.events("reading") if e["running"] == cell]
    assert [e["what"] for e in found] == ["evaluate", "evaluate", "predict", "predict"]
    held, again = found[0], found[1]
    assert (held["trained"]["shared"], held["validated"]["shared"], held["validated"]["of"]) == (0, 20, 20)
    assert (again["trained"]["shared"], again["trained"]["of"], again["validated"]["shared"]) == (80, 80, 0)
    assert [e["data"]["order"] for e in found[2:]] == ["fixed", "anew"]
    assert next(e for e in notebook.events("fed") if e["running"] == cell)["watched"]


def test_what_reaches_the_backbone_in_validation_is_measured_beside_training(notebook: Any) -> None:
    (account,) = notebook.accounts(len(FITS) + 3)
    asleep, held = account.preprocessing.asleep.value, account.preprocessing.held.value
    assert -1.001 <= asleep.minimum < -0.9 and 0.9 < asleep.maximum <= 1.001
    assert 0 <= held.minimum < 20 and 230 < held.maximum <= 255
    fed = account.stages[0].fed.value
    assert (fed.training.count, fed.common.shared, fed.common.of) == (70, 70, 70)


def test_an_account_says_where_its_model_was_tested(notebook: Any) -> None:
    (account,) = notebook.accounts(len(FITS) + 2)
    assert [(r.what, r.trainings) for r in account.readings][:2] == [("evaluate", 1), ("evaluate", 1)]
    assert account.readings[0].excerpt == "model.evaluate(held, verbose=0)"


def test_order_of_colours_is_told_by_the_pictures_that_opencv_read(notebook: Any) -> None:
    batches = [e for e in notebook.events("batch") if e["running"] == len(FITS) + 4]
    assert [e["channels"] for e in batches] == ["bgr", "rgb", ""]
