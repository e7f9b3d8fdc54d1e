"""Library functions on image tensors: `tf.reduce_mean`, `tf.image.random_flip_left_right`, `tf.nn.sigmoid`, `np.array`.

In: the function's canonical name and its arguments. Out: a tensor with one more step. Never imports a library.
"""

from __future__ import annotations

import ast
from types import MappingProxyType

from grader.evidence.source import operations
from grader.evidence.source.architectures import MODULES, PREPROCESSING
from grader.evidence.source.layers import sizes
from grader.evidence.source.machine import Machine, Random
from grader.evidence.source.names import package
from grader.evidence.source.values import Args, Dataset, Spot, Step, Tensor, Unknown
from grader.records import Scaling, Shape

LIBRARIES = frozenset({"tensorflow", "keras", "numpy", "jax", "cv2", "PIL", "matplotlib", "skimage", "imageio",
                       "sklearn", "imutils", "tqdm", "builtins"})
NEUTRAL = frozenset("""
    cast resize resize_with_pad resize_with_crop_or_pad resize_images convert_to_tensor constant identity stop_gradient
    expand_dims array asarray stack vstack float32 float16 uint8 cvtColor img_to_array array_to_img smart_resize copy
    ensure_shape Variable squeeze central_crop crop_to_bounding_box ascontiguousarray as_dtype fromarray list flip
    flip_left_right flip_up_down transpose tuple iter next tqdm
""".split())
ROOTS = frozenset("""
    decode_image decode_jpeg decode_png decode_gif decode_bmp imread load_img imdecode read_image open
""".split())
ACTIVATIONS = frozenset("""
    sigmoid softmax relu tanh elu selu gelu swish silu softplus softsign linear hard_sigmoid exponential mish relu6
    leaky_relu log_softmax log_sigmoid
""".split())
RANDOM: MappingProxyType[str, str] = MappingProxyType({
    "random_flip_left_right": "RandomFlip", "random_flip_up_down": "RandomFlip",
    "random_brightness": "RandomBrightness",
    "random_contrast": "RandomContrast", "random_hue": "RandomHue", "random_saturation": "RandomSaturation",
    "random_crop": "RandomCrop", "random_jpeg_quality": "RandomJpegQuality",
    "random_rotation": "RandomRotation", "random_zoom": "RandomZoom", "random_shift": "RandomTranslation",
    "random_shear": "RandomShear",
})
ARITHMETIC: MappingProxyType[str, ast.operator] = MappingProxyType({
    "divide": ast.Div(), "truediv": ast.Div(), "true_divide": ast.Div(), "multiply": ast.Mult(),
    "subtract": ast.Sub(), "add": ast.Add(),
})
REDUCTIONS: MappingProxyType[str, str] = MappingProxyType({
    "reduce_mean": "global_average", "mean": "global_average", "average": "global_average",
    "reduce_max": "global_max", "max": "global_max", "amax": "global_max",
})


def first_tensor(value: object, depth: int = 3) -> Tensor | None:
    """The image tensor in a value or in a list that was filled with some."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Dataset):
        return first_tensor(value.element, depth - 1)
    if isinstance(value, (list, tuple)) and depth > 0:
        for item in value[:50]:
            found = first_tensor(item, depth - 1)
            if found is not None:
                return found
    return None


def call_on_tensor(machine: Machine, path: str, args: Args, spot: Spot) -> object | None:
    """What a library function gives for a tensor; None where it is given none."""
    if package(path) not in LIBRARIES:
        return None
    last = path.rpartition(".")[2]
    if last in ROOTS and package(path) != "builtins" and not (
            args.positional and first_tensor(args.positional[0]) is not None):
        raw = Tensor(Step("data", spot, name=last), (), (None, None, None, 3))
        scaled = package(path) == "matplotlib" or "dtype" in args.keywords
        return Tensor(Step("other", spot, name=last), (raw,), raw.shape) if scaled else raw
    tensor = next((t for t in map(first_tensor, args.all[:4]) if t is not None), None)
    if tensor is None:
        return None
    return _on_tensor(machine, path, last.removeprefix("stateless_"), tensor, args, spot)


def _on_tensor(machine: Machine, path: str, last: str, tensor: Tensor, args: Args, spot: Spot) -> object:
    if last in ARITHMETIC and len(args.positional) >= 2:
        return operations.binary(machine, ARITHMETIC[last], args.positional[0], args.positional[1], spot)
    if last in RANDOM:
        kind, arguments = RANDOM[last], _described(last, args)
        machine.define(Random(kind, arguments, spot))
        return Tensor(Step("augment", spot, name=kind, arguments=arguments), (tensor,), tensor.shape)
    if last in REDUCTIONS:
        return _reduced(REDUCTIONS[last], tensor, args, spot)
    if last in ACTIVATIONS:
        return Tensor(Step("activation", spot, name=last), (tensor,), tensor.shape)
    if last == "flatten" or last == "batch_flatten":
        return Tensor(Step("flatten", spot), (tensor,), None)
    if last in NEUTRAL and package(path) == "skimage":
        return Tensor(Step("other", spot, name=last), (tensor,), None)
    if last in NEUTRAL or last in RANDOM_FREE:
        return Tensor(Step("neutral", spot, name=last), (tensor,), _resized(last, tensor, args))
    if last in ("concat", "concatenate", "Concatenate"):
        return _joined(tensor, args, spot)
    if last in ("train_test_split",):
        return [x for value in args.positional for x in (value, value)]
    if last in PLAIN_RESULTS:
        return machine.unknown(f"what `{last}` gives is not followed")
    return Tensor(Step("other", spot, name=last), (tensor,), None)


RANDOM_FREE = frozenset({"pad", "gather", "take", "shuffle", "permutation", "slice"})
PLAIN_RESULTS = frozenset("""
    shape size min amin argmax argmin print len imshow unique where any all equal sum count_nonzero std var isinstance
    type str repr int float bool range enumerate zip sorted figure plot title save savez round hasattr getattr id ndim
    classification_report confusion_matrix accuracy_score bincount display imsave imwrite
""".split())


def _described(name: str, args: Args) -> dict[str, object]:
    arguments: dict[str, object] = dict(args.keywords)
    if "flip" in name:
        arguments["mode"] = "horizontal" if name.endswith("left_right") else "vertical"
    elif len(args.positional) > 1:
        arguments["factor"] = args.positional[1]
    return arguments


def _resized(last: str, tensor: Tensor, args: Args) -> Shape | None:
    if last.startswith("resize") or last == "smart_resize":
        size = sizes(args.positional[1] if len(args.positional) > 1 else args.keywords.get("size"))
        return (None, size[0], size[1], 3) if size is not None and len(size) == 2 else None
    return tensor.shape


def _joined(tensor: Tensor, args: Args, spot: Spot) -> Tensor:
    parts = args.positional[0] if args.positional else args.keywords.get("values")
    several = [p for p in parts if isinstance(p, Tensor)] if isinstance(parts, (list, tuple)) else []
    if len(several) <= 1:
        return Tensor(Step("neutral", spot, name="concatenate"), (tensor,), tensor.shape)
    return Tensor(Step("merge", spot, name="concatenate"), tuple(several), None)


def _reduced(pooling: str, tensor: Tensor, args: Args, spot: Spot) -> Tensor:
    axis = args.keywords.get("axis", args.positional[1] if len(args.positional) > 1 else None)
    keep = args.keywords.get("keepdims", args.positional[2] if len(args.positional) > 2 else False)
    axes = sorted(axis) if isinstance(axis, (list, tuple)) and all(isinstance(a, int) for a in axis) else []
    if axes not in ([1, 2], [-3, -2]) or not isinstance(keep, bool):
        return Tensor(Step("other", spot, name="reduction"), (tensor,), None)
    shape = tensor.shape
    if shape is not None and len(shape) == 4:
        shape = (shape[0], 1, 1, shape[3]) if keep else (shape[0], shape[3])
    else:
        shape = None
    return Tensor(Step("pool", spot, name=pooling), (tensor,), shape)


def preprocess_input(path: str, args: Args, spot: Spot) -> object:
    """`keras.applications.<module>.preprocess_input(x)`."""
    module = path.split(".")[-2]
    scaling = PREPROCESSING.get(module, Scaling.OTHER)
    if module == "imagenet_utils":
        mode = args.keywords.get("mode", "caffe")
        scaling = {"caffe": Scaling.BGR_MEANS, "tf": Scaling.MINUS_ONE_TO_ONE, "torch": Scaling.TORCH}.get(
            mode if isinstance(mode, str) else "", Scaling.OTHER)
    value = args.positional[0] if args.positional else args.keywords.get("x")
    tensor = first_tensor(value)
    if tensor is None:
        why = value.why if isinstance(value, Unknown) else "what is given to preprocess_input is not followed"
        tensor = Tensor(Step("opaque", spot, name=why))
    return Tensor(Step("scaling", spot, name=MODULES.get(module, ""), scaling=scaling), (tensor,), tensor.shape)
