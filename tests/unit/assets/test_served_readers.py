"""Keras's readers get a folder that is really there, whatever Python is made to believe."""

import os

import served_paths
import served_readers


def test_a_folder_that_only_python_finds_is_given_by_its_real_path(assets, dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "stat", served_paths._asking(os.stat, assets, guess=False))
    monkeypatch.setattr(os, "scandir", served_paths._asking(os.scandir, assets, guess=True))
    elsewhere = tmp_path / "elsewhere" / "cats_and_dogs_filtered" / "train"
    assert os.path.isdir(elsewhere)
    assert served_readers.folder_for(str(elsewhere), assets) == os.path.join(dataset["folder"], "train")


def test_a_folder_with_pictures_is_left_alone(assets, scratch):
    (scratch / "cats_and_dogs_filtered" / "train").mkdir(parents=True)
    (scratch / "cats_and_dogs_filtered" / "train" / "own.jpg").touch()
    own = str(scratch / "cats_and_dogs_filtered" / "train")
    assert served_readers.folder_for(own, assets) == own
