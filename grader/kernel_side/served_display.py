"""What wants a person or a screen: `input`, figures, `plot_model`, OpenCV's windows.

In: the log of requests. Out: empty answers, figures that are not drawn, windows that don't open.
It must never keep a cell waiting. Figures cost 0.1 to 0.3 s each to render and are never evidence, so none is
rendered for display: a one-pixel picture stands in the output. `savefig` still draws, because later cells may read it.
"""

from __future__ import annotations

import base64
import builtins
import functools
import getpass
from types import ModuleType
from typing import Any, Callable  # noqa: UP035  (a course's kernel may be Python 3.9)

from import_hooks import when_imported
from served_requests import RequestLog

MOST_ANSWERS = 500
ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def install(log: RequestLog) -> None:
    """Hooks what asks a person, and what draws once it is imported."""
    answer = _empty_answer(log)
    builtins.input = answer
    getpass.getpass = answer
    when_imported("ipykernel.kernelbase", lambda module: _hook_kernel(module, answer))
    when_imported("IPython.core.pylabtools", lambda module: _hook_print_figure(module, log))
    when_imported("matplotlib.figure", _hook_layout)
    for name in ("keras.src.utils.model_visualization", "keras.utils.vis_utils", "keras.src.utils.vis_utils"):
        when_imported(name, lambda module: _hook_plot_model(module, log))
    when_imported("cv2", lambda module: _hook_windows(module, log))


def _empty_answer(log: RequestLog) -> Callable[..., str]:
    """An `input` that answers with an empty line; a loop that waits for another answer ends with EOFError."""
    left = [MOST_ANSWERS]

    def answer(prompt: Any = "", *args: Any, **options: Any) -> str:
        log.note("answered", f"input({str(prompt)!r})", "an empty line")
        left[0] -= 1
        if left[0] < 0:
            raise EOFError("the grader answers every input() with an empty line")
        return ""

    return answer


def _hook_kernel(module: ModuleType, answer: Callable[..., str]) -> None:
    def raw_input(self: Any, prompt: Any = "") -> str:
        return answer(prompt)

    def ask_password(self: Any, prompt: Any = "", stream: Any = None) -> str:
        return answer(prompt)

    module.Kernel.raw_input = raw_input  # type: ignore[attr-defined]
    module.Kernel.getpass = ask_password  # type: ignore[attr-defined]


def _hook_print_figure(module: ModuleType, log: RequestLog) -> None:
    def print_figure(
        fig: Any, fmt: str = "png", bbox_inches: Any = "tight", base64: bool = False, **options: Any
    ) -> Any:
        if not fig.axes and not fig.lines:
            return None
        log.note("skipped", "figures", "not drawn: a one-pixel picture stands for each")
        if fmt == "svg":
            return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
        return ONE_PIXEL if base64 else _one_pixel()

    module.print_figure = print_figure  # type: ignore[attr-defined]
    if hasattr(module, "retina_figure"):
        module.retina_figure = functools.partial(print_figure, fmt="png")  # type: ignore[attr-defined]


def _one_pixel() -> bytes:
    return base64.b64decode(ONE_PIXEL)


def _hook_layout(module: ModuleType) -> None:
    """`tight_layout` renders a figure's texts to measure them."""

    def tight_layout(self: Any, *args: Any, **options: Any) -> None:
        return None

    module.Figure.tight_layout = tight_layout  # type: ignore[attr-defined]


def _hook_plot_model(module: ModuleType, log: RequestLog) -> None:
    if not hasattr(module, "plot_model"):
        return

    @functools.wraps(module.plot_model)
    def plot_model(model: Any, to_file: Any = "model.png", *args: Any, **options: Any) -> None:
        log.note("skipped", "plot_model", "not drawn")
        if str(to_file).endswith(".png"):
            with open(to_file, "wb") as file:
                file.write(_one_pixel())

    module.plot_model = plot_model  # type: ignore[attr-defined]


def _hook_windows(module: ModuleType, log: RequestLog) -> None:
    """OpenCV without a screen raises; a loop that waits for the key `q` gets it."""

    def no_window(*args: Any, **options: Any) -> None:
        log.note("skipped", "OpenCV's windows", "not opened")
        return None

    for name in ("imshow", "namedWindow", "resizeWindow", "moveWindow", "destroyWindow", "destroyAllWindows"):
        setattr(module, name, no_window)
    module.waitKey = lambda *args, **options: ord("q")  # type: ignore[attr-defined]
