"""Records of references in files: schema, place, the assets that they belong to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from grader.errors import GraderError
from grader.records import (
    Assets,
    Criterion,
    Quantity,
    Reference,
    ReferenceFit,
    ReferenceModel,
    ReferenceSeed,
    Rubric,
    ServedDataset,
    ServedWeights,
    Wording,
)
from grader.reference import assets_of, beside, load, notebook_of, references_of, with_seed, write


def rubric(folder: Path) -> Rubric:
    criterion = Criterion(id="a", title="A", check="accuracy_reached", points=1, wording=Wording(looked_for="x"))
    return Rubric(id="tiny", title="Tiny", digest="d", source=str(folder / "rubrics" / "tiny.yaml"),
                  criteria=(criterion,))


def assets(digest: str = "w1", *, stand_in: bool = True) -> Assets:
    names = ("net_no_top.h5", "net.h5")
    return Assets(
        datasets=(ServedDataset(name="pictures", folder="/x", stand_in=stand_in, digest="d1"),),
        weights=tuple(ServedWeights(backbone="Net", file_name=n, path="/x", stand_in=stand_in, digest=digest)
                      for n in names),
    )  # fmt: skip


def seed(number: int, value: float = 0.9) -> ReferenceSeed:
    model = ReferenceModel(backbone="Net", fits=(ReferenceFit(epochs=1, steps=2, history={"accuracy": (value,)}),),
                           reached={Quantity.VALIDATION: value})
    return ReferenceSeed(seed=number, models=(model,), wall_s=1, cpu_s=1, versions={"keras": "3"})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "reference" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_text("{}")
    return tmp_path


def made(home: Path, *values: float, digest: str = "w1") -> Reference:
    reference = None
    for number, value in enumerate(values, start=1):
        reference = with_seed(reference, seed(number, value), rubric=rubric(home), notebook=notebook_of(rubric(home)),
                              assets=assets(digest))
    assert reference is not None
    return reference


def test_what_is_written_is_read_again(home: Path) -> None:
    reference = made(home, 0.9, 0.92)
    path = beside(rubric(home)) / "record.json"
    write(reference, path)
    assert load(path) == reference and references_of(rubric(home)) == (reference,)
    assert [p.name for p in path.parent.iterdir() if p.name.endswith("half")] == []


def test_a_seed_that_is_trained_again_takes_the_place_of_the_first(home: Path) -> None:
    reference = with_seed(made(home, 0.9, 0.92), seed(1, 0.94), rubric=rubric(home),
                          notebook=notebook_of(rubric(home)), assets=assets())
    assert [one.seed for one in reference.seeds] == [1, 2]
    assert reference.band("Net", Quantity.VALIDATION).mean == pytest.approx(0.93)  # type: ignore[union-attr]


def test_weights_with_classification_layers_do_not_matter() -> None:
    assert set(assets_of(assets())) == {"pictures", "net_no_top.h5"}


@pytest.mark.parametrize(("given", "used"), [
    ({"pictures": "d1", "net_no_top.h5": "w1"}, True),
    ({"pictures": "d1", "net_no_top.h5": "w1", "other": "o"}, True),
    ({"pictures": "d1", "net_no_top.h5": "w2"}, False),
    ({"pictures": "d1"}, False),
    ({}, False),
], ids=["same", "and more", "other weights", "fewer", "none told"])
def test_a_record_is_of_the_very_assets_that_it_names(home: Path, given: dict[str, str], used: bool) -> None:
    assert made(home, 0.9).used(given) is used


@pytest.mark.parametrize(("text", "said"), [
    ("{", "not a record"),
    ('{"rubric_id": "tiny"}', "notebook_digest"),
], ids=["no JSON", "a part of one"])
def test_something_else_is_refused_and_is_no_reference(home: Path, text: str, said: str) -> None:
    path = beside(rubric(home)) / "record.json"
    path.write_text(text)
    with pytest.raises(GraderError, match=said):
        load(path)
    assert references_of(rubric(home)) == ()


def test_an_accuracy_above_one_is_refused(home: Path) -> None:
    path = beside(rubric(home)) / "record.json"
    told = json.loads(made(home, 0.9).model_dump_json())
    told["bands"]["Net"]["validation"]["mean"] = 1.2
    path.write_text(json.dumps(told))
    with pytest.raises(GraderError, match=r"validation\.mean"):
        load(path)


def test_another_assignments_record_is_left_out(home: Path) -> None:
    write(made(home, 0.9).model_copy(update={"rubric_id": "other"}), beside(rubric(home)) / "record.json")
    assert references_of(rubric(home)) == ()


def test_without_a_solution_notebook_the_folder_is_named(home: Path) -> None:
    notebook_of(rubric(home)).unlink()
    with pytest.raises(GraderError, match=r"tiny\.ipynb"):
        notebook_of(rubric(home))
