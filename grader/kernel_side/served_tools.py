"""The programs that notebooks call in shell lines and that cannot do their work here: pip, wget, unzip, nvidia-smi….

In: `python served_tools.py NAME WORDS…`, run by small scripts of those names at the head of PATH, so that the shell
itself reads pipes, `&&`, variables and loops. Out: files put in place, a line on stdout, a line in `requests.jsonl`.
It must never open a connection or install anything, and needs nothing but the standard library.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import zipfile
from typing import Any, Callable, Dict, List, Tuple  # noqa: UP035  (a course's kernel may be Python 3.9)

from served_assets import HOLLOW, ServedAssets, described
from served_requests import RequestLog
from supply_code import PICTURE, NotebookCode
from supply_trees import Trees, is_archive, is_table

INSTALLERS = ("pip", "pip3", "conda", "mamba", "uv", "apt", "apt-get", "npm", "ngrok")
FETCHERS = ("wget", "curl", "gdown", "kaggle", "git", "aria2c")
NAMES = (*INSTALLERS, *FETCHERS, "unzip", "unrar", "7z", "nvidia-smi", "sudo", "tensorboard")
MOST_UNPACKED_BYTES = 500_000_000
MOST_UNPACKED_FILES = 20_000
TAKES_A_VALUE: Dict[str, Tuple[str, ...]] = {  # noqa: UP006
    "wget": ("-O", "-P", "-o", "-t", "-T", "-U", "--output-document", "--directory-prefix", "--header"),
    "aria2c": ("-o", "-d", "-x", "-s", "-k", "--out", "--dir"),
    "gdown": ("-O", "--output", "--id"),
    "curl": ("-o", "-H", "-d", "-X", "-u", "-A", "-b", "--output", "--header"),
    "kaggle": ("-d", "-p", "-f", "-c", "--dataset", "--path", "--file", "--competition"),
    "unzip": ("-d", "-x", "-P"),
}


def install(folder: str, python: str) -> None:
    """Writes a script for each program into `folder` and puts that at the head of PATH."""
    os.makedirs(folder, exist_ok=True)
    here = os.path.abspath(__file__)
    for name in NAMES:
        path = os.path.join(folder, name)
        with open(path, "w", encoding="utf-8") as script:
            script.write(f'#!/bin/sh\nexec "{python}" -S -E -B "{here}" {name} "$@"\n')
        os.chmod(path, stat.S_IRWXU)
    os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", os.defpath)


def main(name: str, words: List[str]) -> int:  # noqa: UP006
    """Runs the program `name` and returns its exit status."""
    root = os.environ.get("GRADER_ROOT", "/grader")
    with open(os.path.join(root, "settings.json"), encoding="utf-8") as file:
        settings = json.load(file)
    log = RequestLog(os.path.join(settings["out"], "requests.jsonl"), [])
    program = Program(name, words, ServedAssets(settings.get("assets", {}), log))
    program.sources = [str(cell.get("source") or "") for cell in settings.get("cells", [])]
    return program.run()


def parsed(words: List[str], takes_a_value: Tuple[str, ...]) -> Tuple[List[str], Dict[str, str]]:  # noqa: UP006
    """Arguments without options, and options with their values: `-O x`, `-Ox`, `--output=x`, `-q`."""
    plain: List[str] = []  # noqa: UP006
    options: Dict[str, str] = {}  # noqa: UP006
    pending = ""
    for word in words:
        if pending:
            options[pending], pending = word, ""
        elif word in takes_a_value:
            pending = word
        elif word.startswith("--") and "=" in word:
            name, _, value = word.partition("=")
            options[name] = value
        elif word[:2] in takes_a_value and len(word) > 2 and not word.startswith("--"):
            options[word[:2]] = word[2:]
        elif word.startswith("-") and word != "-":
            options[word] = ""
        else:
            plain.append(word)
    return plain, options


class Program:
    """One call of one program."""

    def __init__(self, name: str, words: List[str], assets: ServedAssets) -> None:  # noqa: UP006
        self.name, self.words, self.assets = name, words, assets
        self.line = " ".join([name, *words])
        self.sources: List[str] = []  # noqa: UP006
        self.plain, self.options = parsed(words, TAKES_A_VALUE.get(name, ()))

    def option(self, *names: str) -> str:
        """The value of the first of these options that was given."""
        return next((self.options[name] for name in names if self.options.get(name)), "")

    def run(self) -> int:
        if self.name in INSTALLERS:
            return self.not_run("recorded, not run: the grader's kernel has its packages already")
        special: Dict[str, Callable[[], int]] = {  # noqa: UP006
            "wget": self.wget,
            "aria2c": self.wget,
            "gdown": self.wget,
            "curl": self.curl,
            "kaggle": self.kaggle,
            "git": self.git,
            "unzip": self.unzip,
            "unrar": self.unpacked_by_another,
            "7z": self.unpacked_by_another,
            "sudo": self.sudo,
            "nvidia-smi": self.nvidia_smi,
            "tensorboard": lambda: self.not_run("recorded, not run"),
        }
        return special[self.name]()

    def say(self, text: str) -> None:
        sys.stdout.write(text + "\n")

    def not_run(self, why: str) -> int:
        self.say(f"{self.line}\n({why})")
        self.assets.log.note("skipped", self.line, why)
        return 0

    def refused(self) -> int:
        self.say(f"{self.name}: the grader runs notebooks without a network, and this file is not served")
        self.assets.log.note("missing", self.line, "refused: no network, and not among the assets")
        return 1

    def wget(self) -> int:
        logfile_of_wget = self.name == "wget"
        named = self.option("-O", "--output-document", "--output", "--out", *(() if logfile_of_wget else ("-o",)))
        folder = self.option("-P", "--directory-prefix", "-d", "--dir") or "."
        return self.fetched([*self.plain, self.option("--id"), named], named, folder)

    def curl(self) -> int:
        named = self.option("-o", "--output")
        keeps = any(word.startswith("-") and not word.startswith("--") and "O" in word for word in self.words)
        return self.fetched(self.plain, named, ".") if named or keeps else self.refused()

    def fetched(self, asked: List[str], named: str, folder: str) -> int:  # noqa: UP006
        """Puts the archive that one of `asked` means where the program would have written it."""
        for text in asked:
            dataset = self.assets.by_url(text)
            if dataset is not None and dataset["archive"]:
                path = named or os.path.join(folder, text.split("?")[0].rsplit("/", 1)[-1])
                if path == "-":
                    return self.refused()
                self.served(dataset)
                self.assets.place_archive(dataset, path)
                self.say(f"'{path}' saved")
                return 0
        for text in asked:
            if text and self.stood_in_for(text, named or os.path.join(folder, _name_of(text))):
                return 0
        return self.refused()

    def stood_in_for(self, text: str, path: str) -> bool:
        """Puts a stand-in of the kind that an address or a file name says at `path`."""
        if not self.assets.datasets or path == "-":
            return False
        trees = Trees(self.assets, lambda: NotebookCode(self.sources))
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        if os.path.lexists(path):
            return os.path.exists(path)
        if PICTURE.search(path):
            answer = trees.make_picture(path)
        elif is_table(path):
            answer = trees.make_table(path)
        elif is_archive(path) or self.name in ("gdown", "kaggle"):
            answer = trees.make_archive(path)
        else:
            return False
        self.assets.log.note("supplied", self.line, answer)
        self.say(f"'{path}' saved")
        return True

    def hollow(self, folder: str, what: str) -> int:
        """A folder whose pictures are made when somebody looks for them."""
        os.makedirs(folder, exist_ok=True)
        if not os.listdir(folder):
            with open(os.path.join(folder, HOLLOW), "w", encoding="utf-8"):
                self.assets.log.note("supplied", what, "a folder whose pictures are made when they are read")
        return 0

    def served(self, dataset: Dict[str, Any]) -> None:  # noqa: UP006
        self.assets.log.note(self.assets.kind(dataset), self.line, described(dataset))

    def kaggle(self) -> int:
        for text in (*self.plain, self.option("-d", "--dataset"), self.option("-c", "--competition")):
            dataset = self.assets.by_kaggle(text)
            if dataset is None:
                continue
            self.served(dataset)
            folder = self.option("-p", "--path") or "."
            self.assets.place_archive(dataset, os.path.join(folder, text.rsplit("/", 1)[-1] + ".zip"))
            if "--unzip" in self.options:
                self.assets.place(dataset, os.path.join(folder, dataset["name"]))
            return 0
        for text in (self.option("-d", "--dataset"), self.option("-c", "--competition"), *self.plain):
            if text and text not in ("datasets", "competitions", "download") and self.assets.datasets:
                folder = self.option("-p", "--path") or "."
                if "--unzip" in self.options:
                    return self.hollow(folder, self.line)
                self.stood_in_for(text, os.path.join(folder, text.rsplit("/", 1)[-1] + ".zip"))
                return 0
        return self.refused() if "download" in self.words else self.not_run("recorded, not run")

    def git(self) -> int:
        plain = [word for word in self.plain if word not in ("clone", "lfs")]
        if "clone" in self.words and plain and self.assets.datasets:
            folder = plain[1] if len(plain) > 1 else _name_of(plain[0]).removesuffix(".git")
            return self.hollow(folder, self.line)
        return self.refused() if "clone" in self.words or "pull" in self.words else self.not_run("recorded, not run")

    def sudo(self) -> int:
        words = [word for word in self.words if not word.startswith("-")]
        if not words:
            return 0
        os.execvp(words[0], words)  # noqa: S606  (the student's own command, in the sandbox)

    def nvidia_smi(self) -> int:
        self.say("no GPU: the grader's kernel runs on the processor")
        self.assets.log.note("skipped", self.line, "no GPU")
        return 0

    def unzip(self) -> int:
        if not self.plain:
            return 1
        path, folder = self.plain[0], self.option("-d") or "."
        if not os.path.exists(path) and os.path.exists(path + ".zip"):
            path += ".zip"
        dataset = self.assets.by_archive(path) or (None if os.path.exists(path) else self.assets.by_url(path))
        if dataset is not None:
            self.served(dataset)
            self.assets.place(dataset, os.path.join(folder, dataset["name"]))
            return 0
        if not os.path.exists(path) and self.assets.datasets:
            return self.hollow(self.option("-d") or os.path.splitext(os.path.basename(path))[0], self.line)
        if not os.path.exists(path):
            self.say(f"unzip:  cannot find or open {path}")
            self.assets.log.note("missing", self.line, "no such archive")
            return 9
        return self.unpacked(path, folder)

    def unpacked_by_another(self) -> int:
        """`unrar x a.rar into/`, `7z x a.7z -ointo`: what they would have written is made when it is read."""
        plain = [word for word in self.plain if word not in ("x", "e")]
        folder = next((word[2:] for word in self.words if word.startswith("-o") and len(word) > 2), "")
        folder = folder or (plain[1] if len(plain) > 1 else "")
        return self.hollow(folder, self.line) if folder else self.not_run("recorded, not run")

    def unpacked(self, path: str, folder: str) -> int:
        """Really unpacks an archive of the student's own, within limits."""
        try:
            with zipfile.ZipFile(path) as archive:
                entries = archive.infolist()
                too_many = len(entries) > MOST_UNPACKED_FILES
                if too_many or sum(entry.file_size for entry in entries) > MOST_UNPACKED_BYTES:
                    return self.not_run("not unpacked: too large")
                archive.extractall(folder)
        except (zipfile.BadZipFile, OSError) as error:
            self.say(f"unzip: {error}")
            return 3
        return 0


def _name_of(address: str) -> str:
    """The last part of an address, under which a program keeps what it brings."""
    return address.split("?")[0].rstrip("/").rsplit("/", 1)[-1] or "index.html"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
