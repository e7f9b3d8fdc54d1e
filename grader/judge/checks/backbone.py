"""How the backbone is loaded and called."""

from __future__ import annotations

from typing import ClassVar

from grader.judge.check import CODE_AND_RUN, Check, Parameters, ruled, without_backbone
from grader.judge.view import View
from grader.records import Backbone, CallTraining, Outcome, Shape, Statement, Trainable, Witness


class WithoutTop(Parameters):
    """`backbones`: the Keras constructors that the assignment allows; empty for any."""

    FAULTS: ClassVar[tuple[str, ...]] = ("top_kept", "wrong_backbone", "no_backbone")
    backbones: tuple[str, ...] = ("MobileNetV2",)


class Pretrained(Parameters):
    FAULTS: ClassVar[tuple[str, ...]] = ("random_weights", "no_backbone")


class InputShape(Parameters):
    """`shape`: (height, width, channels). `sizes`: instead of it, the heights of square RGB pictures, any of which
    will do. `stride`: how much the backbone shrinks height and width."""

    FAULTS: ClassVar[tuple[str, ...]] = ("wrong_shape", "no_backbone")
    shape: tuple[int, int, int] = (160, 160, 3)
    sizes: tuple[int, ...] = ()
    stride: int = 32

    @property
    def shapes(self) -> tuple[tuple[int, int, int], ...]:
        return tuple((size, size, 3) for size in self.sizes) or (self.shape,)


class InferenceMode(Parameters):
    """`implicit`: what it is worth when `training=False` is not written, but the frozen backbone's
    BatchNormalization runs in inference mode all the same (Keras: a frozen one always does)."""

    FAULTS: ClassVar[tuple[str, ...]] = ("training_true", "left_in_training_mode", "implicit", "not_in_model",
                                         "no_backbone")
    implicit: Outcome = Outcome.MET


def _loaded(view: View) -> Backbone | Statement:
    backbone = view.backbone
    if backbone is None:
        return view.cant_tell(view.testimony.why or "no backbone was seen")
    if view.account is not None and view.account.backbone.in_model.value is False and not view.testimony.loaded:
        if view.witness == Witness.MODEL:
            return view.cant_tell("the saved model contains no backbone; what else was loaded it can't show")
        return view.no("no_backbone", "No pretrained backbone is loaded.", view.account.backbone.in_model)
    return backbone


def backbone_without_top(view: View, parameters: WithoutTop) -> Statement:
    backbone = _loaded(view)
    if isinstance(backbone, Statement):
        return backbone
    name, top = backbone.name, backbone.include_top
    if name.known and parameters.backbones and name.value not in parameters.backbones:
        asked = " or ".join(parameters.backbones)
        return view.no("wrong_backbone", f"The backbone is {name.value}; the assignment asks for {asked}.", name)
    if not name.known:
        return view.cant_tell(name)
    if top.is_known_as(False):
        return view.yes(f"{name.value} is loaded with include_top=False.", top, name)
    if backbone.cut_before_top.is_known_as(True):
        return view.yes(f"{name.value} is cut at an inner layer below its classification layers.",
                        backbone.cut_before_top, name)
    if top.is_known_as(True) and backbone.cut_before_top.is_known_as(False):
        return view.no("top_kept", f"{name.value} keeps its classification layers (include_top=True).", top, name)
    return view.cant_tell(top if not top.known else backbone.cut_before_top)


def backbone_pretrained(view: View, parameters: Pretrained) -> Statement:
    backbone = _loaded(view)
    if isinstance(backbone, Statement):
        return backbone
    weights = backbone.weights
    if weights.is_known_as("imagenet"):
        return view.yes("Its weights are ImageNet's (weights='imagenet').", weights, backbone.name)
    if weights.is_known_as("none"):
        return view.no("random_weights", "Its weights are random (weights=None).", weights, backbone.name)
    if backbone.weights_as_served.is_known_as(True):
        return view.yes("The saved backbone holds the pretrained weights.", backbone.weights_as_served)
    if weights.is_known_as("file"):
        return view.cant_tell("the weights come from a file, and what is in it can't be told")
    return view.cant_tell(weights)


def backbone_input_shape(view: View, parameters: InputShape) -> Statement:
    backbone = _loaded(view)
    if isinstance(backbone, Statement):
        return backbone
    fact = backbone.input_shape
    if not fact.known or fact.value is None:
        return view.cant_tell(fact)
    shape: Shape = fact.value
    if shape in parameters.shapes:
        return view.yes(f"Its input shape is {_text(shape)}.", fact, backbone.name)
    if None in shape:
        return _open_shape(view, backbone, parameters)
    asked = f"a height of {_sizes(parameters)} was" if parameters.sizes else f"{_text(parameters.shape)} was"
    found = f"Its input shape is {_text(shape)}; {asked} asked for."
    return view.no("wrong_shape", found, fact, backbone.name)


def _open_shape(view: View, backbone: Backbone, parameters: InputShape) -> Statement:
    """A backbone that takes any size shows by its output which size it was given."""
    output = backbone.output_shape
    if not output.known or output.value is None or len(output.value) != 4:
        return view.cant_tell("the backbone takes any size, and the size of its pictures can't be told")
    if None in output.value[1:3]:
        return view.cant_tell("the backbone takes any size, and the size of its pictures can't be told")
    name = backbone.name.value or ""
    fitting = [shape for shape in parameters.shapes
               if output.value[1:3] == tuple(_shrunk(name, side, parameters.stride) for side in shape[:2])]
    if fitting:
        sizes = " or ".join(_text(shape) for shape in fitting)
        return view.yes(f"It takes any size, and gets pictures of {sizes}.", backbone.input_shape)
    if parameters.sizes:
        found = f"Its feature maps are {_text(output.value)}, so its pictures are not {_sizes(parameters)} high."
        return view.no("wrong_shape", found, backbone.input_shape, output)
    found = f"Its feature maps are {_text(output.value)}, so its pictures are not {_text(parameters.shape)}."
    return view.no("wrong_shape", found, backbone.input_shape, output)


def _shrunk(name: str, side: int, stride: int) -> int:
    """Height of the feature maps of pictures of that height."""
    if name == "InceptionV3":
        for kernel, step in ((3, 2), (3, 1), (3, 2), (3, 1), (3, 2), (3, 2), (3, 2)):  # its unpadded layers
            side = (side - kernel) // step + 1
        return side
    return side // stride if name.startswith("VGG") else -(-side // stride)


def _sizes(parameters: InputShape) -> str:
    first, *rest = map(str, parameters.sizes)
    return f"{', '.join((first, *rest[:-1]))} or {rest[-1]}" if rest else first


def inference_mode(view: View, parameters: InferenceMode) -> Statement:
    if (missing := without_backbone(view)) is not None:
        return missing
    if view.precomputed:
        return view.yes("Its features are computed with predict, which is inference mode.",
                        view.account.features_precomputed if view.account else None)
    backbone = view.account.backbone if view.account else Backbone()
    call = backbone.call_training
    if call.is_known_as(CallTraining.FALSE):
        return view.yes("The backbone is called with training=False.", call)
    if call.is_known_as(CallTraining.TRUE):
        return view.no("training_true", "The backbone is called with training=True.", call)
    if not call.known or not view.stages:
        return view.cant_tell(call)
    return _implicit_mode(view, parameters)


def _implicit_mode(view: View, parameters: InferenceMode) -> Statement:
    call = view.account.backbone.call_training if view.account else Backbone().call_training
    trainable = view.stages[0].backbone_trainable
    if trainable.is_known_as(Trainable.NONE):
        found = ("training=False is not written, but the backbone is frozen, and a frozen BatchNormalization "
                 "runs in inference mode.")
        return ruled(view, parameters.implicit, "implicit", found, call, trainable)
    if trainable.known:
        found = "training=False is not given, and the backbone is not frozen: its statistics keep moving."
        return view.no("left_in_training_mode", found, call, trainable)
    return view.cant_tell(trainable)


def _text(shape: Shape | tuple[int, ...]) -> str:
    return "(" + ", ".join("any" if size is None else str(size) for size in shape) + ")"


CHECKS = (
    Check("backbone_without_top", "The backbone is loaded without its classification layers, or cut below them.",
          WithoutTop, backbone_without_top),
    Check("backbone_pretrained", "The backbone starts from ImageNet weights.", Pretrained, backbone_pretrained),
    Check("backbone_input_shape", "The backbone takes pictures of the assignment's size.", InputShape,
          backbone_input_shape),
    Check("inference_mode", "The backbone runs in inference mode while the new head learns.", InferenceMode,
          inference_mode, CODE_AND_RUN),
)
