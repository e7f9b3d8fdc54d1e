"""What one submission costs beside a bare process that imports TensorFlow, builds the model and trains one step.

    python tests/bench/cost.py [--repeat N]

Both are measured in one run, one after the other, because a ratio of two moments of a busy machine says nothing.
CPU seconds of a submission are those of everything: the grader's own process, the kernel with all its children,
the inspection of the saved models. The first one of a process pays for the import of TensorFlow that all later kernels
share, so a further one is measured too: a cohort of n costs one first and n - 1 further ones.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from grader.pipeline import gather, open_rubric, supply
from grader.records import Cell, CellKind, ExecutionSettings, Submission

ROOT = Path(__file__).resolve().parents[2]
CELLS = (
    """import os
import matplotlib.pyplot as plt
import tensorflow as tf""",
    """url = 'https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip'
archive = tf.keras.utils.get_file('cats_and_dogs.zip', origin=url, extract=True)
folder = os.path.join(os.path.dirname(archive), 'cats_and_dogs_filtered')
pictures = {
    part: tf.keras.utils.image_dataset_from_directory(
        os.path.join(folder, part), shuffle=True, batch_size=32, image_size=(160, 160))
    for part in ('train', 'validation')
}""",
    """for images, labels in pictures['train'].take(1):
    for i in range(9):
        plt.subplot(3, 3, i + 1)
        plt.imshow(images[i].numpy().astype('uint8'))
plt.show()""",
    """augment = tf.keras.Sequential([tf.keras.layers.RandomFlip('horizontal'), tf.keras.layers.RandomRotation(0.2)])
backbone = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights='imagenet')
backbone.trainable = False""",
    """inputs = tf.keras.Input(shape=(160, 160, 3))
x = tf.keras.applications.mobilenet_v2.preprocess_input(augment(inputs))
x = tf.keras.layers.GlobalAveragePooling2D()(backbone(x, training=False))
outputs = tf.keras.layers.Dense(1, activation='sigmoid')(tf.keras.layers.Dropout(0.2)(x))
model = tf.keras.Model(inputs, outputs)
model.compile(optimizer=tf.keras.optimizers.Adam(1e-4), loss='binary_crossentropy', metrics=['accuracy'])
model.summary()""",
    """loss, accuracy = model.evaluate(pictures['validation'])
first = model.fit(pictures['train'], epochs=10, validation_data=pictures['validation'])""",
    """plt.plot(first.history['accuracy'])
plt.plot(first.history['val_accuracy'])
plt.show()""",
    """backbone.trainable = True
for layer in backbone.layers[:100]:
    layer.trainable = False
model.compile(optimizer=tf.keras.optimizers.RMSprop(1e-5), loss='binary_crossentropy', metrics=['accuracy'])
last = first.epoch[-1]
second = model.fit(pictures['train'], epochs=20, initial_epoch=last, validation_data=pictures['validation'])""",
    """plt.plot(first.history['loss'] + second.history['loss'])
plt.show()
print(model.predict(pictures['validation'].take(1))[:5])""",
)
# The cheap way to train one step: frozen, and without XLA, whose compilation would double the CPU seconds.
BARE = """
import numpy as np
import tensorflow as tf
backbone = tf.keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False, weights=None)
backbone.trainable = False
pooled = tf.keras.layers.GlobalAveragePooling2D()(backbone.output)
model = tf.keras.Model(backbone.input, tf.keras.layers.Dense(1, activation="sigmoid")(pooled))
model.compile(optimizer="adam", loss="binary_crossentropy", jit_compile=False)
model.fit(np.zeros((32, 160, 160, 3), "float32"), np.zeros((32, 1)), batch_size=32, epochs=1, verbose=0)
"""


def main() -> None:
    """Measure as often as asked, print each and the median."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=1, help="how often to measure both (default: 1)")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache", help="where assets lie (default: .cache)")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        say(json.dumps([submission_here(chosen.cache) for _ in range(2)]))
        return
    say(f"{'':20}{'CPU s':>8}{'peak MB':>9}")
    ratios = [compare(chosen.cache) for _ in range(chosen.repeat)]
    first, further, memory = (median(values) for values in zip(*ratios, strict=True))
    say(f"{'ratio, first':20}{first:8.2f}{'':9}   median; at most 2.00 is the aim for CPU")
    say(f"{'ratio, further':20}{further:8.2f}{memory:9.2f}   median")


def compare(cache: Path) -> tuple[float, float, float]:
    """One measurement of all: the ratios of CPU seconds, for a first and a further submission, and of peak memory."""
    bare_cpu, bare_peak = bare_process()
    say(f"{'bare process':20}{bare_cpu:8.2f}{bare_peak:9.0f}")
    first, further = submissions_elsewhere(cache)
    for name, done in (("first submission", first), ("a further one", further)):
        say(f"{name:20}{done['cpu_s']:8.2f}{done['peak_mb']:9.0f}   {done['end']}, {done['events']} events")
        for part, value in done["parts"].items():
            say(f"  {part:18}{value:8.2f}")
        say("  seconds by phase: " + ", ".join(f"{name} {value:.1f}" for name, value in done["phases"].items()))
        if done["fault"]:
            say(f"  FAULT OF THE GRADER: {done['fault']}")
    return first["cpu_s"] / bare_cpu, further["cpu_s"] / bare_cpu, further["peak_mb"] / bare_peak


def bare_process() -> tuple[float, float]:
    """CPU seconds and peak memory in MB of the bare process, under the threads that a kernel gets."""
    threads = str(ExecutionSettings().threads)
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    limited = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS", "OMP_NUM_THREADS"), threads)
    process = subprocess.Popen(
        [sys.executable, "-c", BARE], env={**os.environ, **quiet, **limited}, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"the bare process ended with exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def submissions_elsewhere(cache: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same for two submissions, graded one after the other in a process of their own."""
    words = [sys.executable, __file__, "--one", "--cache", str(cache)]
    done = subprocess.run(words, stdout=subprocess.PIPE, check=True, text=True)
    first, further = json.loads(done.stdout.splitlines()[-1])
    return dict(first), dict(further)


def submission_here(cache: Path) -> dict[str, Any]:
    """Grade the notebook above, in this process; what it cost."""
    rubric = open_rubric(ROOT / "rubrics" / "lab06.yaml")
    assets = supply(rubric, cache=cache)
    cells = tuple(Cell(number=n, kind=CellKind.CODE, source=source) for n, source in enumerate(CELLS, start=1))
    submission = Submission(student="bench", display_name="Bench", digest="bench", cells=cells)
    before, imported = own_cpu_s(), shared_cpu_s()
    evidence, run = gather(submission, assets=assets, settings=rubric.settings)
    own, imported = own_cpu_s() - before, shared_cpu_s() - imported
    if run is None:
        raise SystemExit("the notebook was not run")
    peak = max(run.peak_memory_mb, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    failed = [f"cell {cell.cell}: {cell.error_name} {cell.error_message}" for cell in run.cells if cell.error_name]
    return {
        "cpu_s": own + imported + run.cpu_s,
        "peak_mb": peak,
        "parts": {"sandboxes": run.cpu_s, "grader itself": own, "shared import": imported},
        "phases": evidence.phases or run.phases,
        "end": "; ".join(failed) or run.end.value,
        "events": len(run.journal),
        "fault": run.grader_fault,
    }


def shared_cpu_s() -> float:
    """CPU seconds of what outlives a submission: the process that imports TensorFlow for all kernels."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(t.user + t.system + t.children_user + t.children_system for t in times)


def own_cpu_s() -> float:
    """CPU seconds of this process alone: what it waited for is counted by the run itself."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def say(line: str) -> None:
    """Print; only the command line interface of the grader itself may use `print`."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
