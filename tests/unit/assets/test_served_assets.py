"""Whatever path a student wrote, the data set is found behind it; and no other path is touched."""

from pathlib import Path

import pytest
from served_assets import mapped, names


@pytest.mark.parametrize(
    "path",
    [
        "cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "./data/cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "../cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "/nowhere/drive/MyDrive/lab/cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "/nowhere/input/cats-and-dogs-filtered/cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "/nowhere/Cats_and_Dogs_Filtered (1)/Training/Cats/cat.0.jpg",
        r"C:\Users\me\cats_and_dogs_filtered\train\cats\cat.0.jpg",
        "C:\\Users\\me\\cats_and_dogs_filtered/train/cats/cat.0.jpg",
        "/nowhere/cats_and_dogs_extracted/cats_and_dogs_filtered/train/cats/cat.0.jpg",
    ],
)
def test_a_path_that_names_the_data_set_leads_to_its_file(assets, path):
    found = assets.resolve(path)
    assert found is not None
    assert Path(found).read_text() == "train/cats/cat.0.jpg"


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere/flowers/train/cats/cat.0.jpg",
        "cats.jpg",
        "/nowhere/cats_and_dogs_filtered/train/cats/cat.99999.jpg",
        "/nowhere/cats_and_dogs_filtered/train/horses",
        "",
        "cats_and_dogs_filtered\0/train",
        3,
        None,
    ],
)
def test_any_other_path_is_left_to_fail(assets, path):
    assert assets.resolve(path) is None


def test_a_folder_in_the_scratch_becomes_a_real_tree(assets, scratch):
    assert assets.resolve("work/cats_and_dogs_filtered/train") == "work/cats_and_dogs_filtered/train"
    placed = scratch / "work" / "cats_and_dogs_filtered"
    assert not placed.is_symlink()
    assert len([path for path in placed.rglob("*.jpg") if path.is_symlink()]) == 12


def test_nothing_is_written_outside_the_scratch(assets, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    found = assets.resolve(str(outside / "cats_and_dogs_filtered" / "train"))
    assert found == str(tmp_path / "assets" / "cats_and_dogs_filtered" / "train")
    assert list(outside.iterdir()) == []


def test_what_lies_there_already_stays(assets, scratch):
    own = scratch / "cats_and_dogs_filtered" / "train" / "cats" / "cat.0.jpg"
    own.parent.mkdir(parents=True)
    own.write_text("the student's own")
    assert assets.resolve("cats_and_dogs_filtered/validation/dogs/dog.1.jpg") is not None
    assert own.read_text() == "the student's own"


def test_a_missing_split_of_another_name_is_stood_in_for_only_when_listed(assets, noted):
    assert assets.resolve("/nowhere/PetImages/Test/cats") is None
    assert assets.resolve("/nowhere/PetImages/Test/cats", guess=True).endswith("validation/cats")
    assert noted()[-1]["what"] == "missing folder /nowhere/PetImages/Test/cats"


def test_a_data_set_without_folders_stands_in_for_none(assets, tmp_path):
    flat = tmp_path / "cifar-10-batches-py"
    flat.mkdir()
    (flat / "data_batch_1").write_text("rows")
    with_folders = list(assets.datasets)
    assets.datasets.insert(0, {"name": "cifar10", "folder": str(flat), "archive": "", "stand_in": True})
    assert assets.stand_in_for("/nowhere/pets/train", "train").endswith("cats_and_dogs_filtered/train")
    assert assets.resolve("/nowhere/PetImages/Test/cats", guess=True).endswith("validation/cats")
    del assets.datasets[1 : 1 + len(with_folders)]
    assert assets.stand_in_for("/nowhere/pets/train", "train") is None


@pytest.mark.parametrize("path", ["logs/train", "checkpoints/train", "/nowhere/my_models/validation"])
def test_folders_of_logs_are_not_taken_for_pictures(assets, path):
    assert assets.resolve(path, guess=True) is None


def test_an_archive_is_found_by_any_of_its_names(assets, dataset):
    for path in ("/nowhere/cats_and_dogs.zip", "/nowhere/cats_and_dogs_filtered (2).zip"):
        assert assets.resolve(path) == dataset["archive"]


@pytest.mark.parametrize(
    ("handle", "known"),
    [("tong/cat-and-dog", True), ("a/cats-and-dogs-filtered", True), ("a/flowers", False), ("a/catalogue", False)],
)
def test_kaggle_handles_of_the_same_classes_are_known(assets, handle, known):
    assert (assets.by_kaggle(handle) is not None) == known


def test_each_request_is_noted_once(assets, noted):
    for _ in range(3):
        assets.resolve("/nowhere/cats_and_dogs_filtered/train")
    assert [line["kind"] for line in noted()] == ["stand_in"]


def test_rest_of_a_path_may_not_leave_the_data_set(dataset):
    assert mapped(str(dataset["folder"]), ["..", "..", "..", "etc"]) is None
    assert mapped(str(dataset["folder"]), ["train", "..", "validation"]) == "validation"


def test_a_name_is_not_found_inside_a_longer_one(dataset):
    assert names(dataset, "cats_and_dogs_filtered_extracted")
    assert not names(dataset, "my_cats_and_dogs_filtered_model")
