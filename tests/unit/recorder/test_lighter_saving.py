"""What a save leaves out is worked out once for each kind of thing, whatever Keras there is."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest


def pretend(monkeypatch: pytest.MonkeyPatch, **functions: object) -> ModuleType:
    """A Keras of which only the module that saves is there."""
    for name in ("keras", "keras.src", "keras.src.saving"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    saving = ModuleType("keras.src.saving.saving_lib")
    vars(saving).update(functions)
    vars(sys.modules["keras.src.saving"])["saving_lib"] = saving
    return saving


def test_each_kind_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    import lighter_saving

    asked: list[str] = []

    def get_attr_skipset(kind: str) -> set[str]:
        asked.append(kind)
        if kind == "Nothing":
            raise ValueError(kind)
        return {kind}

    saving = pretend(monkeypatch, get_attr_skipset=get_attr_skipset)
    lighter_saving.install()
    lighter_saving.install()
    assert [saving.get_attr_skipset(kind) for kind in ("Layer", "Metric", "Layer", "Layer")] == [
        {"Layer"}, {"Metric"}, {"Layer"}, {"Layer"},
    ]  # fmt: skip
    assert asked == ["Layer", "Metric"]
    with pytest.raises(ValueError, match="Nothing"):
        saving.get_attr_skipset("Nothing")


def test_a_keras_that_saves_in_another_way_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    import lighter_saving

    saving = pretend(monkeypatch)
    lighter_saving.install()
    assert not hasattr(saving, "get_attr_skipset")
    monkeypatch.setitem(sys.modules, "keras.src.saving", None)
    lighter_saving.install()
