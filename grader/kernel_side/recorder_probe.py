"""Measures what a model does to pixels in front of its backbone, by one call in inference mode that stops there.

In: a model and a real batch. Out: factor and offset for each channel, where it is such a scaling.
It must never change weights, and computes nothing behind the backbone's beginning.
"""

from __future__ import annotations

from typing import Any

from recorder_core import Recorder
from recorder_models import Description
from recorder_trace import ReachedBackbone, Trace, as_array


def probe(recorder: Recorder, model: Any, found: Description, batch: Any, trace: Trace) -> tuple[Any, Any]:
    """How values are scaled on their way to the backbone when augmentation sleeps, and their statistics there.

    Adds how the backbone is called to `trace`.
    """
    probing = arriving(recorder, model, found, batch)
    trace.pairs.extend(probing.pairs)
    if trace.reached is None:
        trace.reached = probing.reached
        trace.entered = trace.entered or probing.entered
    ratio = affine_between(as_array(probing.raw), as_array(probing.arrived))
    probing.forget_values()
    return ratio, probing.reached


def arriving(recorder: Recorder, model: Any, found: Description, batch: Any) -> Trace:
    """What is seen of one call in inference mode until the backbone begins."""
    import numpy

    now = recorder.now
    clones = [found.whole] if found.whole is not None else found.layers
    probing = Trace(recorder.registry, model, found.info, probing=True, clones=clones)
    previous, now.trace = now.trace, probing
    state, containers = numpy.random.get_state(), list(now.containers)
    now.training += 1
    try:
        model(batch, training=False)
    except ReachedBackbone:
        pass
    except Exception as error:
        recorder.journal.fault("probe", error)
    finally:
        now.training -= 1
        now.trace = previous
        now.containers[:] = containers
        numpy.random.set_state(state)
    return probing


def affine_between(raw: Any, arrived: Any) -> dict[str, Any] | None:
    """Factor, offset and residual by channel, channels perhaps reversed; None where shapes differ or nothing varies."""
    import numpy

    if raw is None or arrived is None or raw.shape != arrived.shape or raw.ndim != 4 or raw.shape[-1] > 4:
        return None
    best: dict[str, Any] | None = None
    for reverse in (False, True) if raw.shape[-1] == 3 else (False,):
        source = raw[..., ::-1] if reverse else raw
        x = source.reshape(-1, raw.shape[-1]).astype("float64")
        y = arrived.reshape(-1, raw.shape[-1]).astype("float64")
        spread = x.var(axis=0)
        if not numpy.all(spread > 1e-12):
            return None
        scale = ((x - x.mean(axis=0)) * (y - y.mean(axis=0))).mean(axis=0) / spread
        offset = y.mean(axis=0) - scale * x.mean(axis=0)
        residual = float(numpy.abs(y - (scale * x + offset)).max())
        relative = residual / max(float(y.max() - y.min()), 1e-9)
        if best is None or relative < best["residual"]:
            best = {"scale": [float(s) for s in scale], "offset": [float(o) for o in offset],
                    "residual": relative, "reverse": reverse}  # fmt: skip
    return best


def activation_between(last: Any, output: Any) -> str:
    """Which function turns the last layer's output into the model's: `` where there is none or it can't be told."""
    import numpy

    x, y = as_array(last), as_array(output)
    if x is None or y is None or x.shape != y.shape or x.size == 0:
        return ""
    x, y = x.astype("float64"), y.astype("float64")
    if numpy.allclose(x, y, atol=1e-6):
        return "same"
    with numpy.errstate(all="ignore"):
        if numpy.allclose(1 / (1 + numpy.exp(-x)), y, atol=1e-4):
            return "sigmoid"
        powers = numpy.exp(x - x.max(axis=-1, keepdims=True))
        softmax = numpy.allclose(powers / powers.sum(axis=-1, keepdims=True), y, atol=1e-4)
    return "softmax" if softmax and x.shape[-1] > 1 else ""
