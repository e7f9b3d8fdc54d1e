"""What a person should look at: code that reaches for the grader, or names that say something else than they are.

In: parsed cells. Out: remarks. Judges nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.evidence.source.cells import Program
from grader.evidence.source.graph import trace_model
from grader.evidence.source.layers import AUGMENTATIONS
from grader.evidence.source.machine import Machine
from grader.evidence.source.values import Model

PATHS = ("/grader", "GRADER_ROOT", "journal.jsonl", "requests.jsonl", "kernel_side")
WALKING = frozenset({"gc.get_objects", "gc.get_referrers", "sys._getframe", "inspect.currentframe", "inspect.stack",
                     "inspect.getouterframes", "sys.settrace", "sys.setprofile", "sys.meta_path", "sys.path_hooks",
                     "ctypes.pythonapi"})
OURS = frozenset({"recorder", "served", "budget", "shims", "boot", "import_hooks"})
LIMIT = 12
NETWORKS = ("mobilenet", "vgg16", "vgg19", "resnet50", "resnet101", "inception", "efficientnet", "xception", "densenet")


def find_suspicions(programs: list[Program]) -> list[str]:
    """Remarks on tampering, each with its cell and line; the judge then does not believe the run alone."""
    found: dict[str, None] = {}
    for program in programs:
        for statement in program.body:
            for node in ast.walk(statement):
                for text in _suspicious(node):
                    if len(found) < LIMIT:
                        found.setdefault(f"tampering: Cell {program.cell}, line {getattr(node, 'lineno', 1)}: {text}")
    return list(found)


def _suspicious(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 2000:
        if any(path in node.value for path in PATHS):
            yield "the code names a path of the grader."
    elif isinstance(node, ast.Attribute):
        dotted = _dotted(node)
        if dotted in WALKING:
            yield f"the code uses `{dotted}`, which looks into the running interpreter."
    elif isinstance(node, (ast.Assign, ast.Delete, ast.AugAssign)):
        targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [node.target]
        if any(isinstance(t, ast.Subscript) and _dotted(t.value) == "sys.modules" for t in targets):
            yield "the code changes `sys.modules`."
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        if any(name.partition(".")[0] in OURS for name in names):
            yield "the code imports a module of the grader's own name."


def _dotted(node: ast.AST) -> str:
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 6:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


# --------------------------------------------------------------------------- names that lie


def find_lying_names(machine: Machine) -> list[str]:
    """Names of the notebook that say something else than what they stand for."""
    found: list[str] = []
    for name, value in list(machine.top.names.items()):  # looking into a model may bind a name
        if isinstance(value, Model) and not value.tainted and len(found) < LIMIT:
            text = _lie(machine, name.lower(), value)
            if text:
                found.append(f"`{name}` ({value.spot.place}) {text}")
    return found


def _lie(machine: Machine, name: str, model: Model) -> str:
    trace = trace_model(machine, model)
    if trace.unsure:
        return ""
    kinds = {s.layer.kind for s in trace.all_steps if s.layer is not None}
    if "augment" in name and not kinds & AUGMENTATIONS and trace.use is None:
        return "holds no random transformation, whatever its name says."
    if name in ("base_model", "backbone", "conv_base", "pretrained_model") and trace.use is None:
        return "is no pretrained network, whatever its name says."
    built = trace.use.backbone.architecture if trace.use is not None else None
    if built is not None and model.style == "application":
        meant = [n for n in NETWORKS if n in name.replace("_", "")]
        if meant and meant[0] not in built.name.lower():
            return f"is {built.name}, whatever its name says."
    return ""
