"""The stand-ins for pip, wget, unzip and their like do what a shell line needs, and note it."""

import zipfile
from pathlib import Path

import pytest
from served_tools import TAKES_A_VALUE, Program, parsed


def run(assets, line: str) -> int:
    name, *words = line.split()
    return Program(name, words, assets).run()


@pytest.mark.parametrize(
    ("line", "plain", "options"),
    [
        ("wget -q http://x/a.zip -O b.zip", ["http://x/a.zip"], {"-q": "", "-O": "b.zip"}),
        ("wget -Ob.zip --header=h http://x/a.zip", ["http://x/a.zip"], {"-O": "b.zip", "--header": "h"}),
        ("unzip -qq -o a.zip -d out", ["a.zip"], {"-qq": "", "-o": "", "-d": "out"}),
        ("curl -L -o b.zip http://x/a.zip", ["http://x/a.zip"], {"-L": "", "-o": "b.zip"}),
    ],
)
def test_words_and_options_are_told_apart(line, plain, options):
    name, *words = line.split()
    assert parsed(words, TAKES_A_VALUE[name]) == (plain, options)


@pytest.mark.parametrize(
    ("line", "lands_at"),
    [
        ("wget --no-check-certificate https://s/cats_and_dogs_filtered.zip", "cats_and_dogs_filtered.zip"),
        ("wget -q https://s/cats_and_dogs_filtered.zip -O data/pets.zip", "data/pets.zip"),
        ("wget https://s/cats_and_dogs_filtered.zip?raw=1 -P data", "data/cats_and_dogs_filtered.zip"),
        ("curl -LO https://s/cats_and_dogs_filtered.zip", "cats_and_dogs_filtered.zip"),
        ("curl -o x.zip https://s/cats_and_dogs_filtered.zip", "x.zip"),
        ("gdown --id 1a2b -O cats_and_dogs.zip", "cats_and_dogs.zip"),
        ("kaggle datasets download -d tongpython/cat-and-dog -p in", "in/cat-and-dog.zip"),
    ],
)
def test_a_known_archive_lands_where_the_line_says(assets, scratch, line, lands_at):
    assert run(assets, line) == 0
    assert zipfile.is_zipfile(scratch / lands_at)


@pytest.mark.parametrize(
    "line", ["wget http://x/model.h5", "wget http://x/page", "git pull", "curl http://x", "curl http://x/a.zip"]
)
def test_an_unknown_download_that_is_no_data_is_refused_and_noted(assets, scratch, noted, line):
    assert run(assets, line) == 1
    assert noted()[-1]["kind"] == "missing"
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "lands_at"),
    [
        ("wget http://x/flowers.tgz", "flowers.tgz"),
        ("wget -q http://x/flowers.zip -O /tmp/../f.zip", "f.zip"),
        ("curl -L -o birds.zip http://x/y?id=3", "birds.zip"),
        ("gdown --id 1a2b -O pets.zip", "pets.zip"),
        ("wget http://x/a/tabby.jpg", "tabby.jpg"),
        ("wget http://x/labels.csv", "labels.csv"),
        ("kaggle datasets download -d someone/leaves", "leaves.zip"),
        ("git clone http://x/leaves.git", "leaves/.stand-in"),
    ],
)
def test_of_an_unknown_data_set_a_stand_in_lands_where_the_line_says(assets, scratch, noted, line, lands_at):
    line = line.replace("/tmp/../", f"{scratch}/")
    assert run(assets, line) == 0
    assert (scratch / lands_at).exists()
    assert [one["kind"] for one in noted()] == ["supplied"]


def test_installers_are_noted_and_succeed(assets, noted):
    assert run(assets, "pip install -q keras==2.3") == 0
    assert noted() == [
        {
            "kind": "skipped",
            "what": "pip install -q keras==2.3",
            "answer": "recorded, not run: the grader's kernel has its packages already",
            "cell": None,
        }
    ]


def test_unzip_of_the_served_archive_places_the_folder(assets, scratch):
    run(assets, "wget https://s/cats_and_dogs_filtered.zip -O x.zip")
    assert run(assets, "unzip -qq -o x.zip -d out") == 0
    assert (scratch / "out/cats_and_dogs_filtered/train/dogs/dog.2.jpg").exists()


def test_unzip_of_an_own_archive_really_unpacks(assets, scratch):
    with zipfile.ZipFile(scratch / "own.zip", "w") as archive:
        archive.writestr("notes/a.txt", "mine")
    assert run(assets, "unzip own.zip -d here") == 0
    assert Path("here/notes/a.txt").read_text() == "mine"


def test_unzip_refuses_what_would_fill_the_disk(assets, scratch, monkeypatch):
    monkeypatch.setattr("served_tools.MOST_UNPACKED_BYTES", 3)
    with zipfile.ZipFile(scratch / "own.zip", "w") as archive:
        archive.writestr("a.txt", "four")
    run(assets, "unzip own.zip")
    assert not Path("a.txt").exists()


def test_unzip_of_nothing_leaves_a_folder_that_is_filled_when_it_is_read(assets, scratch, noted):
    assert run(assets, "unzip absent.zip -d here") == 0
    assert [path.name for path in (scratch / "here").iterdir()] == [".stand-in"]
    assert noted()[-1]["kind"] == "supplied"


def test_unzip_of_nothing_fails_as_unzip_does_where_nothing_is_served(assets):
    assets.datasets.clear()
    assert run(assets, "unzip absent.zip") == 9
