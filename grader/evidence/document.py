"""What the notebook's saved outputs claim: `read_document`, the witness that only corroborates.

In: the cells as handed in. Out: a `Testimony` with one account, pieced together from summaries, printed shapes and
training logs, as far as they go. It must never raise, and never takes a claim for a proof: an output can be typed.
"""

from __future__ import annotations

from typing import Any

from grader.evidence.document_logs import MOST_LOGS, TrainingLog, count_remarks, printed_shapes, read_logs
from grader.evidence.document_networks import Claimed, find_network
from grader.evidence.document_summary import MOST_TABLES, Row, Summary, read_summaries
from grader.evidence.document_text import SavedOutput, saved_outputs
from grader.records import (
    Account,
    Augmentation,
    AugmentationLayer,
    Backbone,
    Cell,
    Head,
    Place,
    Pooling,
    PoolingPart,
    Shape,
    Site,
    Stage,
    Testimony,
    Trainable,
    Witness,
    cant_tell,
    known,
)

_POOLING = {
    "GlobalAveragePooling2D": Pooling.GLOBAL_AVERAGE,
    "GlobalMaxPooling2D": Pooling.GLOBAL_MAX,
    "Flatten": Pooling.FLATTEN,
}
Placed = tuple[Shape, int]
Table = tuple[Summary, Claimed | None]


def read_document(cells: tuple[Cell, ...]) -> Testimony:
    """What the saved outputs say of the transfer model and its trainings."""
    outputs = saved_outputs(cells)
    remarks = count_remarks(cells)
    remarks += [f"an error is saved in cell {output.cell}: {output.error}" for output in outputs if output.error][:20]
    summaries = [s for output in outputs for s in read_summaries(output.cell, output.lines)][:MOST_TABLES]
    tables = [(summary, find_network(summary)) for summary in summaries]
    logs = [log for output in outputs for log in read_logs(output.cell, output.lines)][:MOST_LOGS]
    shapes = [(shape, output.cell) for output in outputs for shape in printed_shapes(output.lines)]
    main = _main_summary(tables)
    if main is None and not logs and not shapes:
        why = "no saved output shows a summary, a shape or a training"
        return Testimony(witness=Witness.DOCUMENT, available=False, why=why, remarks=tuple(remarks))
    errors = {output.cell for output in outputs if output.error}
    return Testimony(
        witness=Witness.DOCUMENT,
        accounts=(_account(main, tables, logs, shapes, errors),),
        remarks=tuple(remarks),
        claims=_claims(main, logs, shapes, outputs),
    )


def _main_summary(tables: list[Table]) -> tuple[Summary, Claimed] | None:
    """The last table of a model that holds a backbone and more than it."""
    found = [(summary, claimed) for summary, claimed in tables if claimed]
    return next((pair for pair in reversed(found) if _has_head(*pair)), None)


def _has_head(summary: Summary, claimed: Claimed) -> bool:
    return any(row.kind == "Dense" and row.name != "predictions" for row in summary.rows[claimed.last + 1 :])


def _account(
    main: tuple[Summary, Claimed] | None,
    tables: list[Table],
    logs: list[TrainingLog],
    shapes: list[Placed],
    errors: set[int],
) -> Account:
    backbone, pooling, head, augmentation = Backbone(), PoolingPart(), Head(), Augmentation()
    if main is not None:
        summary, claimed = main
        place = Place(cell=summary.cell)
        backbone = _backbone(claimed, place)
        behind = summary.rows[claimed.last + 1 :]
        pooling, head = _pooling(behind, place), _head(behind, place)
        augmentation = _augmentation(summary.rows[: claimed.first], place)
    backbone, pooling, head = _with_printed(shapes, backbone, pooling, head)
    return Account(
        witness=Witness.DOCUMENT,
        label=main[0].title if main else "",
        place=Place(cell=main[0].cell) if main else None,
        backbone=backbone,
        augmentation=augmentation,
        pooling=pooling,
        head=head,
        stages=tuple(_stage(i, log, tables, errors) for i, log in enumerate(logs)),
        stages_known=bool(logs),
    )


def _backbone(claimed: Claimed, place: Place) -> Backbone:
    excerpt = claimed.excerpt
    size = claimed.input_shape
    return Backbone(
        name=known(claimed.name, place, excerpt) if claimed.name else cant_tell("", place, excerpt),
        include_top=known(claimed.with_top, place, excerpt)
        if claimed.with_top is not None
        else cant_tell("the table does not tell", place, excerpt),
        input_shape=known(size, place, excerpt) if size else cant_tell(),
        output_shape=known(claimed.shape, place, excerpt) if claimed.shape else cant_tell(),
        in_model=known(True, place, excerpt),
    )


def _pooling(rows: tuple[Row, ...], place: Place) -> PoolingPart:
    for row in rows:
        if row.kind in _POOLING:
            excerpt = f"{row.name} ({row.kind})"
            shape = known(row.shape, place, excerpt) if row.shape and len(row.shape) == 2 else cant_tell()
            return PoolingPart(kind=known(_POOLING[row.kind], place, excerpt), output_shape=shape)
        if row.kind == "Dense":
            break
    return PoolingPart()


def _head(rows: tuple[Row, ...], place: Place) -> Head:
    dense = next((row for row in reversed(rows) if row.kind == "Dense"), None)
    if dense is None or not dense.shape or dense.shape[-1] is None:
        return Head()
    excerpt = f"{dense.name} (Dense) {dense.shape}"
    return Head(units=known(dense.shape[-1], place, excerpt), output_shape=known(dense.shape, place, excerpt))


def _augmentation(rows: tuple[Row, ...], place: Place) -> Augmentation:
    """Random layers that the table shows in front of the backbone; inside a nested Sequential they are not shown."""
    layers = tuple(
        AugmentationLayer(kind=row.kind, site=Site.MODEL, place=place, excerpt=f"{row.name} ({row.kind})")
        for row in rows
        if row.kind.startswith("Random")
    )
    if not layers:
        return Augmentation(wired=cant_tell("the table shows no augmentation layer", place))
    return Augmentation(wired=known(layers, place, ", ".join(layer.excerpt for layer in layers)))


def _with_printed(
    shapes: list[Placed], backbone: Backbone, pooling: PoolingPart, head: Head
) -> tuple[Backbone, PoolingPart, Head]:
    """Add shapes printed in a row: feature maps, the vector with as many channels, the head's outputs."""
    for i, (maps, cell) in enumerate(shapes):
        if len(maps) != 4 or maps[-1] in (None, 1, 3, 4) or maps[0] is None:
            continue
        backbone = backbone.model_copy(update={"output_shape": known(maps, Place(cell=cell), str(maps))})
        for j, (vector, at) in enumerate(shapes[i + 1 :], start=i + 1):
            if vector == (maps[0], maps[-1]):
                pooling = pooling.model_copy(update={"output_shape": known(vector, Place(cell=at), str(vector))})
                head = _printed_head(shapes[j + 1 :], maps[0], maps[-1], head)
                break
        break
    return backbone, pooling, head


def _printed_head(shapes: list[Placed], batch: int, channels: int | None, head: Head) -> Head:
    for shape, cell in shapes:
        if len(shape) == 2 and shape[0] == batch and shape[1] not in (None, channels):
            return head.model_copy(update={"output_shape": known(shape, Place(cell=cell), str(shape))})
    return head


def _stage(order: int, log: TrainingLog, tables: list[Table], errors: set[int]) -> Stage:
    place = Place(cell=log.cell)
    excerpt = f"Epoch {log.first}/{log.asked} … Epoch {log.last}/{log.asked}"
    trainable, summary = _trainable_before(log, tables)
    return Stage(
        order=order,
        place=place,
        excerpt=excerpt,
        epochs_asked=known(log.epochs_asked, place, excerpt),
        steps_asked=known(log.steps, place, excerpt) if log.steps is not None else cant_tell("no steps are printed"),
        history=known({name: tuple(values) for name, values in log.metrics.items() if values}, place, excerpt)
        if any(log.metrics.values()) else cant_tell("the log shows no numbers"),
        completed=known(log.finished, place, excerpt)
        if log.finished or log.cell in errors
        else cant_tell("the log does not show the end", place),
        backbone_trainable=known(trainable, Place(cell=summary.cell), _counts(summary))
        if trainable and summary
        else cant_tell("no summary with parameter counts stands before it"),
    )


def _trainable_before(log: TrainingLog, tables: list[Table]) -> tuple[Trainable | None, Summary | None]:
    """What the last table before a training says could learn."""
    before = [(s, claimed) for s, claimed in tables if s.cell <= log.cell and s.total]
    for summary, claimed in reversed(before):
        if claimed is None or claimed.parameters is None or summary.frozen is None:
            continue
        if summary.frozen >= claimed.parameters:
            return Trainable.NONE, summary
        return (Trainable.ALL if summary.frozen <= claimed.statistics else Trainable.PART), summary
    return None, None


def _counts(summary: Summary) -> str:
    return f"{summary.total:,} parameters, {summary.frozen:,} of them non-trainable"


def _claims(
    main: tuple[Summary, Claimed] | None, logs: list[TrainingLog], shapes: list[Placed], outputs: list[SavedOutput]
) -> dict[str, str]:
    claims: dict[str, str] = {}
    if logs:
        claims["epochs_logged"] = " + ".join(str(log.last - log.first + 1) for log in logs[:50])
    for i, log in enumerate(logs[:20]):
        for name, values in log.metrics.items():
            if values:
                claims[f"training_{i}.{name}"] = ", ".join(f"{value:g}" for value in values[:200])
    if shapes:
        unique: dict[str, Any] = dict.fromkeys(str(shape) for shape, _ in shapes)
        claims["printed_shapes"] = "; ".join(list(unique)[:40])
    if main is not None:
        summary = main[0]
        for name, count in (("total", summary.total), ("trainable", summary.trainable), ("frozen", summary.frozen)):
            if count is not None:
                claims[f"summary_{name}_parameters"] = str(count)
    claims["cells_with_outputs"] = str(len(outputs))
    return claims
