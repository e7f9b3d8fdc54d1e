"""What a model of the student's consists of: its backbone, what stands in front of it and what behind.

In: a model, perhaps with the calls observed in a training step. Out: a Description and its event `model`.
It must never call the model.
"""

from __future__ import annotations

import json
import re
from typing import Any

from recorder_backbones import BackboneHooks
from recorder_core import Recorder, shape_of
from recorder_details import details
from recorder_entries import Entry, Expansion, behind, in_front_of
from recorder_graph import functional_of
from recorder_registry import BackboneInfo, all_layers, state_of

# Names that Keras gives to the models of its constructors: how a backbone is known that came out of a file.
_NAMES = (
    (r"mobilenetv2_[\d.]+_", "MobileNetV2"), (r"mobilenet_[\d.]+_", "MobileNet"), (r"vgg(16|19)(_\d+)?$", "VGG{}"),
    (r"resnet(50|101|152)(_\d+)?$", "ResNet{}"), (r"resnet(50|101|152)v2", "ResNet{}V2"),
    (r"inception_v3", "InceptionV3"), (r"inception_resnet_v2", "InceptionResNetV2"), (r"xception", "Xception"),
    (r"densenet(121|169|201)", "DenseNet{}"), (r"efficientnetb(\d)", "EfficientNetB{}"),
    (r"efficientnetv2-b(\d)", "EfficientNetV2B{}"), (r"nasnet", "NASNet"), (r"convnext_tiny", "ConvNeXtTiny"),
)  # fmt: skip


class Description:
    """What was found in one model. `layers` are the backbone's that the model uses, `fields` the event."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.info: BackboneInfo | None = None
        self.name = ""
        self.layers: list[Any] = []
        self.whole: Any = None
        self.behind: list[Entry] = []
        self.ahead: list[Entry] = []
        self.order_known = True
        self.observed = False

    @property
    def has_backbone(self) -> bool:
        return bool(self.layers)


class Models:
    """Describes models, and remembers how models were called when other models were built of them."""

    def __init__(self, recorder: Recorder, backbones: BackboneHooks) -> None:
        self._recorder = recorder
        self._backbones = backbones
        self.calls: dict[int, tuple[Any, dict[str, Any]]] = {}
        self.augmentations: dict[int, tuple[Any, dict[str, Any]]] = {}

    def describe(self, model: Any, trace: Any = None) -> Description:
        """Opens the model; where something in it has no graph, by what was observed in `trace`."""
        expansion = Expansion(self._recorder.registry, self.calls, self._backbones.steps,
                              self._backbones.identities, self.recognise)  # fmt: skip
        expansion.open(model)
        entries, known = expansion.entries, not expansion.opaque
        if expansion.opaque and trace is not None and trace.calls:
            entries, known = self._observed(trace), True
        found = Description()
        found.observed = expansion.opaque and known
        found.order_known = known
        chosen = self._choose(model, entries, found)
        if trace is not None:
            for entry in entries:
                step = trace.steps_in.get(id(entry.operation))
                entry.step = entry.step or step
        found.ahead = [entries[i] for i in in_front_of(entries, chosen)] if chosen else []
        found.behind = [entries[i] for i in (behind(entries, chosen) if chosen else range(len(entries)))]
        aside = [] if chosen else found.behind
        found.fields = self._fields(model, found, [] if aside else [e for e in entries if e not in found.ahead
                                    and e not in found.behind and entries.index(e) not in chosen])  # fmt: skip
        found.fields["backbone"] = self._backbone_fields(found, [entries[i] for i in chosen], trace)
        return found

    def tell(self, model: Any, found: Description) -> None:
        """Writes the event `model` where it says something new."""
        info = self._recorder.registry.model(model)
        text = json.dumps(found.fields, sort_keys=True, default=str)
        if text == info.described:
            return
        info.described = text
        place = info.place or self._recorder.places.here()
        self._recorder.emit("model", place, model=info.key, label=self._recorder.places.name_of(model), **found.fields)

    def recognise(self, model: Any) -> tuple[BackboneInfo | None, str]:
        """The backbone that a nested model is, and how it is known: by identity, structure or name."""
        registry = self._recorder.registry
        info = registry.backbone_of(model)
        if info is not None:
            return info, "identity"
        layers = getattr(model, "layers", [])
        if len(layers) < 10 or registry.backbones_among(layers):
            return None, ""
        kinds = [type(layer).__name__ for layer in layers]
        for candidate in reversed(registry.backbones):
            if [kind for kind, _ in candidate.signature] == kinds and candidate.pure:
                return candidate, "structure"
        return None, "name" if name_of_backbone(model) else ""

    # ------------------------------------------------------------------ finding the backbone

    def _choose(self, model: Any, entries: list[Entry], found: Description) -> list[int]:
        """Indexes of the entries that are the backbone; fills in what it is."""
        registry = self._recorder.registry
        wholes = [i for i, e in enumerate(entries) if e.how]
        if wholes:
            index = max(wholes, key=lambda i: len(getattr(entries[i].operation, "layers", ())))
            entry = entries[index]
            found.info, found.whole = entry.backbone, entry.operation
            found.layers = list(entry.operation.layers)
            found.name = entry.backbone.name if entry.backbone else name_of_backbone(entry.operation)
            return [index]
        owned: dict[str, list[int]] = {}
        for index, entry in enumerate(entries):
            owner = registry.owner_of(entry.operation)
            if owner is not None:
                owned.setdefault(owner.key, []).append(index)
        if owned:
            return self._inlined(entries, max(owned.items(), key=lambda kv: len(kv[1])), found)
        inside = registry.backbones_among(all_layers(model))
        if inside:
            key, layers = max(inside.items(), key=lambda kv: len(kv[1]))
            found.info, found.layers, found.order_known = registry.by_key(key), layers, False
            found.name = found.info.name if found.info else ""
            found.whole = found.info.model() if found.info else None
            return []
        return self._by_names(entries, found)

    def _inlined(self, entries: list[Entry], owned: tuple[str, list[int]], found: Description) -> list[int]:
        info = self._recorder.registry.by_key(owned[0])
        if info is None:
            return []
        found.info, found.name = info, info.name
        found.layers = [entries[i].operation for i in owned[1]]
        return owned[1]

    def _by_names(self, entries: list[Entry], found: Description) -> list[int]:
        """A backbone whose layers were copied one by one, as when a model is cloned or loaded."""
        for info in reversed(self._recorder.registry.backbones):
            names = set(info.signature)
            same = [i for i, e in enumerate(entries)
                    if (type(e.operation).__name__, getattr(e.operation, "name", "")) in names]  # fmt: skip
            if len(same) >= 10 and len(same) >= len(names) // 3:
                found.info, found.name = info, info.name
                found.layers = [entries[i].operation for i in same]
                return same
        return []

    def _observed(self, trace: Any) -> list[Entry]:
        """Entries in the order in which a training step called them."""
        entries: list[Entry] = []
        for call in trace.calls:
            entry = Entry(call.layer, None, (1 << len(entries)) - 1, call.output_shape, call.call)
            entry.step = call.step
            if call.layer is not None and hasattr(call.layer, "layers"):
                entry.backbone, entry.how = self.recognise(call.layer)
            entries.append(entry)
        return entries

    # ------------------------------------------------------------------ what the event says

    def _fields(self, model: Any, found: Description, beside: list[Entry]) -> dict[str, Any]:
        kind = "sequential" if type(model).__name__ == "Sequential" else (
            "functional" if functional_of(model) is not None else "subclassed")  # fmt: skip
        outputs = getattr(model, "outputs", None)
        inputs = getattr(model, "inputs", None)
        return {
            "kind": kind,
            "class_name": type(model).__name__,
            "layers": len(getattr(model, "layers", ())),
            "order_known": found.order_known,
            "observed": found.observed,
            "input_shape": shape_of(inputs) if inputs else None,
            "output_shape": shape_of(outputs) if outputs else None,
            "ahead": [self._entry(e) for e in found.ahead][:200],
            "behind": [self._entry(e) for e in found.behind][:200],
            "beside": [self._entry(e) for e in beside][:50],
        }

    def _entry(self, entry: Entry) -> dict[str, Any]:
        fields: dict[str, Any] = {"class": "", "name": "", "keras": True, "weights": 0}
        if entry.operation is not None:
            fields = details(entry.operation, entry.node)
        fields["shape"] = entry.shape
        if entry.step is not None:
            fields["step"] = entry.step
        made = self.augmentations.get(id(entry.operation))
        if made is not None and made[0]() is entry.operation:
            fields["made"] = made[1]
        return fields

    def _backbone_fields(self, found: Description, chosen: list[Entry], trace: Any) -> dict[str, Any] | None:
        if not found.has_backbone:
            return None
        info = found.info
        how = next((e.how for e in chosen if e.how), "") or ("layers" if chosen else "inside")
        used = {(type(x).__name__, x.name) for x in found.layers}
        call = trace.backbone_call() if trace is not None else None
        if call is None:
            call = next((e.call for e in reversed(chosen) if e.call is not None), None)
        return {
            "key": info.key if info else "",
            "name": found.name,
            "how": how,
            "whole": found.whole is not None,
            "layers_used": len(found.layers),
            "layers_total": len(info.signature) if info else len(found.layers),
            "last_used": info is None or info.signature[-1] in used,
            "call": call,
            "tail": [type(layer).__name__ for layer in found.layers[-6:]],
            "output_shape": list(getattr(found.whole, "output_shape", None) or ()) if found.whole is not None else
                            (chosen[-1].shape if chosen else None),
        }  # fmt: skip

    def backbone_states(self, model: Any, found: Description) -> dict[str, Any] | None:
        """How much of the backbone in this model can learn now."""
        return state_of(found.layers, within=model) if found.has_backbone else None


def name_of_backbone(model: Any) -> str:
    """The constructor whose model bears such a name; "" if none."""
    for pattern, name in _NAMES:
        match = re.match(pattern, str(getattr(model, "name", "")), re.IGNORECASE)
        if match:
            return name.format(*match.groups()) if match.groups() else name
    return ""
