"""Where the code alone does not decide, the source says so: each doubt beside a near twin that is certain."""

from __future__ import annotations

import pytest

from grader.evidence.source.architectures import architecture


def _told(account):
    """The facts that most depend on what was followed."""
    first = account.stages[0] if account.stages else None
    return first.backbone_trainable.value if first is not None else None


def test_both_branches_of_an_undecided_if_are_joined(account):
    one = "if os.path.exists('a'):\n    rate = 1e-3\nelse:\n    rate = {}\n" \
          "model.compile(keras.optimizers.Adam(rate), 'bce')"
    assert account(compile=one.format("1e-3")).stages[0].learning_rate.value == 1e-3
    assert not account(compile=one.format("1e-2")).stages[0].learning_rate.known


def test_a_branch_that_raises_is_left_out(account):
    guard = "if not os.path.exists('train'):\n    base.trainable = True\n    raise FileNotFoundError('train')\n"
    assert _told(account(freeze=f"base.trainable = False\n{guard}")) == "none"
    assert _told(account(freeze=f"base.trainable = False\n{guard.replace('raise ', 'print')}")) is None


def test_a_builder_that_returns_early_gives_either_model(lab):
    build = """
def build(kind):
    if kind == {kind}:
        return keras.Sequential([layers.Flatten(), layers.Dense(1)])
    return keras.Sequential([augment, base, layers.GlobalAveragePooling2D(), layers.Dense(1, 'sigmoid')])
model = build('transfer')
"""
    certain = lab(build=build.format(kind="'toy'")).accounts
    assert [a.backbone.in_model.value for a in certain] == [True]
    assert len(certain[0].stages) == 2
    for told in lab(build=build.format(kind="input()")).accounts:
        assert not told.stages


def test_a_package_that_may_be_missing_makes_both_ways_possible(account):
    code = "try:\n    import {}\n    freeze = False\nexcept ImportError:\n    freeze = True\nbase.trainable = freeze"
    assert _told(account(freeze=code.format("google.colab"))) is None
    assert _told(account(freeze=code.format("numpy"))) == "none"


def test_a_callback_of_the_notebook_that_thaws_is_noticed(account):
    fit = "class C(keras.callbacks.Callback):\n    def on_epoch_end(self, epoch, logs=None):\n        {}\n" \
          "history = model.fit(train_ds, epochs=10, callbacks=[C()])"
    assert account(fit=fit.format("print(epoch)")).stages[1].backbone_trainable.value == "part"
    thawing = account(fit=fit.format("base.trainable = True"), unfreeze="")
    assert thawing.stages_known is False


@pytest.mark.parametrize(
    ("name", "state"),
    [("mobilenetv2_1.00_160", None), ("mobilenetv2", "all"), ("dense", "all"), ("vgg16", "all")],
)
def test_layers_are_told_by_the_names_that_keras_gives(account, name, state):
    freeze = f"for layer in model.layers:\n    if layer.name == '{name}':\n        layer.trainable = False\n" \
             "model.compile('adam', 'bce')"
    assert _told(account(freeze="", compile=freeze)) == state


def test_a_network_with_a_name_of_its_own_is_frozen_by_it(account):
    freeze = "for layer in model.layers:\n    if layer.name == 'vgg16':\n        layer.trainable = False\n" \
             "model.compile('adam', 'bce')"
    base = "base = keras.applications.VGG16(include_top=False, input_shape=(160, 160, 3))"
    assert _told(account(base=base, freeze="", compile=freeze)) == "none"


@pytest.mark.parametrize(
    "part",
    ["helper(x)", "np.load('m.npy')(x)", "keras.layers.TFSMLayer('saved')(x)", "torchish.Net()(x)",
     "keras.layers.TimeDistributed(base)(x)", "keras.models.load_model('m')(x)",
     "tf.saved_model.load('x')(x)"],
)
def test_a_part_that_is_not_followed_may_hold_a_backbone(lab, part):
    build = f"i = keras.Input((160, 160, 3))\nx = augment(i)\nx = {part}\n" \
            "model = keras.Model(i, layers.Dense(1)(layers.GlobalAveragePooling2D()(x)))"
    told = [a for a in lab(build=build).accounts if a.label == "model"]
    assert [a.backbone.in_model.known for a in told] == [False]
    certain = lab(build=build.replace(part, "layers.Conv2D(8, 3)(x)"))
    assert [a.backbone.in_model.value for a in certain.accounts if a.label == "model"] == [False]


def test_a_helper_between_backbone_and_head_leaves_the_rest_open(account):
    build = "import helpers\ni = keras.Input((160, 160, 3))\nx = base(i, training=False)\nx = {}\n" \
            "model = keras.Model(i, layers.Dense(1, 'sigmoid')(x))"
    told = account(build=build.format("helpers.pool(x)"))
    assert not told.pooling.kind.known
    assert not told.backbone.in_model.known
    assert account(build=build.format("layers.GlobalAveragePooling2D()(x)")).pooling.kind.known


@pytest.mark.parametrize(
    ("read_picture", "known"),
    [("cv2.imread(f)", True), ("plt.imread(f)", False), ("keras.utils.load_img(f)", True),
     ("tf.io.decode_jpeg(tf.io.read_file(f))", True),
     ("tf.io.decode_image(tf.io.read_file(f), dtype=tf.float32)", False),
     ("skimage.transform.resize(cv2.imread(f), (160, 160))", False)],
)
def test_pictures_are_raw_only_where_the_reader_leaves_them_so(account, read_picture, known):
    data = f"import cv2, skimage\nX = np.array([{read_picture} for f in os.listdir('d')])\ntrain_ds = X\nval_ds = X"
    steps = account(data=data).preprocessing.in_pipeline.value
    assert [s.scaling for s in steps] == ([] if known else ["other"])


def test_a_tuner_that_builds_models_is_not_followed(lab):
    told = lab(build="import keras_tuner as kt\ndef build(hp):\n    return keras.Sequential([base, layers.Dense(1)])\n"
                     "tuner = kt.RandomSearch(build)\ntuner.search(train_ds)\nmodel = tuner.get_best_models()[0]")
    assert not any(a.stages for a in told.accounts)


def test_what_a_with_block_names_is_not_trusted(account):
    assert _told(account(freeze="with opened() as base:\n    pass\nbase.trainable = False")) is None
    assert _told(account(freeze="with opened() as file:\n    pass\nbase.trainable = False")) == "none"


def test_what_is_frozen_without_being_known_may_be_the_backbone(account):
    assert _told(account(freeze="import pickle\nfound = pickle.load(open('x', 'rb'))\nfound.trainable = False")) is None
    assert _told(account(freeze="import pickle\nfound = pickle.load(open('x', 'rb'))\nfound.learns = False")) == "all"
    assert _told(account(freeze="augment.trainable = False")) == "all"


def test_a_clone_of_the_backbone_is_random_and_another(account):
    told = account(base="first = keras.applications.MobileNetV2(input_shape=(160, 160, 3), include_top=False)\n"
                        "first.trainable = False\nbase = keras.models.clone_model(first)", freeze="")
    assert told.backbone.weights.value == "none"
    assert _told(told) == "none"


def test_the_tables_match_the_networks_they_describe():
    built = architecture("MobileNetV2", imagenet=True, include_top=False, pooling="none")
    assert (len(built.layers), built.layers[-1]) == (154, ("ReLU", "out_relu", False))
    assert architecture("NoSuchNet", imagenet=True, include_top=False, pooling="none").layers == ()


FEATURES = """
def extract(count):
    features = np.zeros(shape=(count, 5, 5, 1280))
    i = 0
    for pictures, labels in train_ds:
        features[i * 32:(i + 1) * 32] = {made}
        i += 1
        if i * 32 >= count:
            break
    return features
model = keras.Sequential([layers.Flatten(), layers.Dense(1, activation='sigmoid')])
"""


def test_an_array_filled_with_features_holds_features(lab):
    fit = "history = model.fit(extract(2000), np.zeros(2000))"
    told = lab(build=FEATURES.format(made="base.predict(pictures)"), fit=fit, refit="").accounts[0]
    assert told.features_precomputed.value is True
    told = lab(build=FEATURES.format(made="pictures / 255"), fit=fit, refit="").accounts[0]
    assert told.features_precomputed.value is False


def test_a_classifier_on_arrays_from_nowhere_may_be_trained_on_features(lab):
    build = "model = keras.Sequential([layers.Flatten(), layers.Dense(1)])"
    told = lab(build=build, fit="history = model.fit(np.load('f.npy'), np.load('y.npy'))", refit="").accounts[0]
    assert not told.features_precomputed.known
    assert not told.backbone.in_model.known
    told = lab(build=build, refit="").accounts[0]
    assert told.backbone.in_model.value is False


@pytest.mark.parametrize(
    ("name", "value", "lies"),
    [
        ("data_augmentation", "keras.Sequential([layers.Dropout(.1)])", True),
        ("data_augmentation", "keras.Sequential([layers.RandomFlip()])", False),
        ("base_model", "keras.Sequential([layers.Conv2D(8, 3)])", True),
        ("base_model", "keras.applications.VGG16()", False),
        ("mobilenet", "keras.applications.VGG16()", True),
        ("vgg16", "keras.applications.VGG16()", False),
    ],
)
def test_names_that_lie_are_remarked(lab, name, value, lies):
    told = lab(augment=f"{name} = {value}\naugment = layers.RandomFlip()")
    assert any("whatever its name says" in r for r in told.remarks) is lies
