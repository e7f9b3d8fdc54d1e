"""TL407: whether predictions are held against labels in the order in which they were made.

In: Facts. Out: Findings. That the order changes with each reading was measured; what is compared with what is read in
the code, and where that can't be followed, nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.judge.findings.diffs import keyword_added, keyword_changed
from grader.judge.findings.facts import Facts, code, seen
from grader.judge.findings.kinds import Kind
from grader.records import Cell, Finding, Place, Reading, Severity, Witness

_COMPARING = frozenset({
    "confusion_matrix", "classification_report", "accuracy_score", "f1_score", "precision_score", "recall_score",
    "roc_auc_score", "roc_curve", "balanced_accuracy_score", "cohen_kappa_score", "matthews_corrcoef", "log_loss",
    "from_predictions", "precision_recall_curve", "average_precision_score", "precision_recall_fscore_support",
    "crosstab", "equal", "array_equal",
})  # fmt: skip
_IN_FILE_ORDER = ("classes", "labels")
_GATHERING = ("append", "extend")
_READERS = ("image_dataset_from_directory", "flow_from_directory")

MIXED_UP = Kind(
    "TL407", Severity.NOTABLE, "Predictions are compared with labels that were read in another order",
    "compared predictions with labels in another order",
    "The data set is shuffled anew each time that it is read. Predicted on one reading and asked for its labels in "
    "another, it gives predictions and labels that belong to different pictures: the table looks like guessing, "
    "however good the model is.",
    "Read the data with `shuffle=False`, or collect labels and predictions in the same loop: "
    "`for images, labels in data: … model.predict(images) …`.",
    "The recorder sees that the data set on which the model predicts is shuffled anew with each reading. That its "
    "labels are read apart from that, and compared with just these predictions, is read in the code. Silent for "
    "data that keeps its order, and where pictures and labels come from the same reading.",
)  # fmt: skip

KINDS = (MIXED_UP,)


@dataclass(frozen=True)
class _Token:
    """What a value is made of: predictions on a data set, or its labels. `version`: which data set of that name."""

    what: str
    data: str
    version: int
    place: Place
    end: int = 0


@dataclass(frozen=True)
class _Compared:
    predictions: _Token
    labels: _Token
    place: Place


@dataclass
class _Scope:
    """Reads statements in order, and remembers of what each name is made."""

    cell: int
    known: dict[str, frozenset[_Token]] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    found: list[_Compared] = field(default_factory=list)

    def read(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
                inner = _Scope(self.cell, found=self.found)
                inner.read(statement.body)
            elif isinstance(statement, (ast.For, ast.AsyncFor)):
                self._loop(statement.target, statement.iter)
                self.read([*statement.body, *statement.orelse])
            elif isinstance(statement, (ast.If, ast.While, ast.With, ast.Try)):
                self._expressions(statement)
                self.read([s for part in ("body", "orelse", "finalbody") for s in getattr(statement, part, ())])
            else:
                self._expressions(statement)
                self._assign(statement)

    def _expressions(self, statement: ast.stmt) -> None:
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.expr):
                self._look_for_comparisons(child)

    def _assign(self, statement: ast.stmt) -> None:
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            made_of = self.made_of(statement.value)
            for name in _names(targets):
                self.known[name] = made_of
                self.versions[name] = self.versions.get(name, 0) + 1
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id
            self.known[name] = self.known.get(name, frozenset()) | self.made_of(statement.value)
        elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            self._gather(statement.value)

    def _gather(self, call: ast.Call) -> None:
        """`labels.extend(y)`."""
        function = call.func
        if isinstance(function, ast.Attribute) and function.attr in _GATHERING and isinstance(function.value, ast.Name):
            name = function.value.id
            of = frozenset(t for a in call.args for t in self.made_of(a))
            self.known[name] = self.known.get(name, frozenset()) | of

    def _loop(self, target: ast.expr, over: ast.expr) -> None:
        """`for images, labels in data`: the second name is its labels, the first nothing that is known."""
        for name in _names([target]):
            self.known[name] = frozenset()
        labels, data = _second_name(target), _data_named(over)
        if labels and data:
            self.known[labels] = frozenset({self._token("iterated", data, over)})

    def _token(self, what: str, data: str, node: ast.expr) -> _Token:
        place = Place(cell=self.cell, line=node.lineno)
        return _Token(what, data, self.versions.get(data, 0), place, node.end_lineno or node.lineno)

    def made_of(self, node: ast.AST) -> frozenset[_Token]:
        """Of which predictions and labels an expression is made."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id, frozenset())
        if isinstance(node, ast.Attribute) and node.attr in _IN_FILE_ORDER and isinstance(node.value, ast.Name):
            return frozenset({self._token("listed", node.value.id, node)})
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            return self._comprehension(node)
        if isinstance(node, ast.Lambda):
            return frozenset()
        if isinstance(node, ast.Call):
            own = self._call(node)
            if own is not None:
                return frozenset({own})
        return frozenset(t for child in ast.iter_child_nodes(node) for t in self.made_of(child))

    def _call(self, call: ast.Call) -> _Token | None:
        if not isinstance(call.func, ast.Attribute):
            return None
        first = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "x"), None)
        if call.func.attr == "predict" and isinstance(first, ast.Name):
            return self._token("predicted", first.id, call)
        if call.func.attr == "map" and isinstance(first, ast.Lambda) and isinstance(call.func.value, ast.Name):
            names = [a.arg for a in first.args.args]
            if len(names) == 2 and isinstance(first.body, ast.Name) and first.body.id == names[1]:
                return self._token("iterated", call.func.value.id, call)
        return None

    def _comprehension(self, node: ast.ListComp | ast.GeneratorExp) -> frozenset[_Token]:
        inner = _Scope(self.cell, dict(self.known), self.versions, [])
        for part in node.generators:
            inner._loop(part.target, part.iter)
        return inner.made_of(node.elt)

    def _look_for_comparisons(self, node: ast.expr) -> None:
        for part in ast.walk(node):
            if isinstance(part, ast.Call) and _name_of(part.func) in _COMPARING:
                self._compare([*part.args, *(k.value for k in part.keywords)], part)
            elif isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.Eq, ast.NotEq)):
                self._compare([part.left, *part.comparators], part)

    def _compare(self, sides: list[ast.expr], node: ast.expr) -> None:
        made_of = [self.made_of(side) for side in sides]
        predictions = [t for of in made_of for t in of if {x.what for x in of} == {"predicted"}]
        labels = [t for of in made_of for t in of if of and "predicted" not in {x.what for x in of}]
        for one in predictions:
            for other in labels:
                if (one.data, one.version) == (other.data, other.version):
                    self.found.append(_Compared(one, other, Place(cell=self.cell, line=node.lineno)))


def find(facts: Facts) -> Iterator[Finding]:
    """At most one a notebook."""
    readings = [r for model in facts.models for account in model.run.accounts for r in account.readings
                if r.what == "predict" and r.data is not None and r.data.order == "anew"]  # fmt: skip
    if not readings:
        return
    for compared in _compared_in(facts.evidence.cells):
        reading = next((r for r in readings if _is_at(r, compared.predictions)), None)
        if reading is None or (compared.labels.what == "iterated" and _is_generator(reading)):
            continue
        yield _finding(compared, reading, facts)
        return


def _finding(compared: _Compared, reading: Reading, facts: Facts) -> Finding:
    data = compared.predictions.data
    return MIXED_UP.finding(
        f"Predictions on `{data}` are compared with labels that are read from it apart, and its order is another one "
        "each time.",
        [seen("order of the data set", "another one with each reading", reading.place),
         seen("predictions", code(reading.excerpt) or data, reading.place),
         seen("labels, read apart", _line(facts.evidence.cells, compared.labels.place) or data,
              compared.labels.place, Witness.SOURCE),
         seen("compared", _line(facts.evidence.cells, compared.place) or data, compared.place, Witness.SOURCE)],
        diff=_diff(reading, facts), place=compared.place,
    )  # fmt: skip


def _compared_in(cells: tuple[Cell, ...]) -> list[_Compared]:
    whole = _Scope(0)
    for cell in cells:
        try:
            tree = ast.parse(cell.source)
        except (SyntaxError, ValueError, RecursionError):
            continue
        whole.cell = cell.number
        whole.read(tree.body)
    return whole.found


def _is_at(reading: Reading, token: _Token) -> bool:
    place = reading.place
    line = place.line if place is not None else None
    same = place is not None and place.cell == token.place.cell and token.place.line is not None
    return same and line is not None and token.place.line is not None and token.place.line <= line <= token.end


def _is_generator(reading: Reading) -> bool:
    """A generator keeps its order until the epoch ends: labels read from it may belong to the predictions."""
    return reading.data is not None and "image_dataset_from_directory" not in reading.data.excerpt and bool(
        reading.data.folders)  # fmt: skip


def _diff(reading: Reading, facts: Facts) -> str:
    """`shuffle=False` where the folder is read."""
    cells, place = facts.evidence.cells, reading.data.place if reading.data is not None else None
    if place is None:
        return ""
    changed = keyword_changed(cells, place, ("shuffle",), "False")
    return changed or next((d for f in _READERS if (d := keyword_added(cells, f, "shuffle", "False", place))), "")


def _line(cells: tuple[Cell, ...], place: Place) -> str:
    source = next((c.source for c in cells if c.number == place.cell), "").split("\n")
    return code(source[place.line - 1]) if place.line is not None and place.line <= len(source) else ""


def _names(targets: Sequence[ast.expr]) -> list[str]:
    return [node.id for target in targets for node in ast.walk(target)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]  # fmt: skip


def _second_name(target: ast.expr) -> str:
    parts = target.elts if isinstance(target, ast.Tuple) else []
    return parts[1].id if len(parts) == 2 and isinstance(parts[1], ast.Name) else ""


def _data_named(node: ast.expr) -> str:
    """`data`, `data.unbatch()`, `data.as_numpy_iterator()`, `tqdm(data)`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("unbatch", "as_numpy_iterator"):
            return _data_named(node.func.value)
        if _name_of(node.func) in ("tqdm", "iter") and node.args:
            return _data_named(node.args[0])
    return ""


def _name_of(function: ast.expr) -> str:
    return getattr(function, "attr", None) or getattr(function, "id", None) or ""
