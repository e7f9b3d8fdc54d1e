"""Thirty more notebooks, written after the first were mended and before the supply had been tried on any of these."""

from __future__ import annotations

from build import Notebook, book

PRE = "from tensorflow.keras.applications.mobilenet_v2 import preprocess_input\n"
GEN = "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n" + PRE

NOTEBOOKS: list[Notebook] = [
    book("relative parent folder", "FUNCTIONAL", """
base_path = os.path.abspath('../dataset')
train_path, valid_path, test_path = [os.path.join(base_path, p) for p in ('train', 'valid', 'test')]
for p in (train_path, valid_path, test_path):
    print(p, sum(len(files) for _, _, files in os.walk(p)))
# ---
train_ds = tf.keras.utils.image_dataset_from_directory(train_path, image_size=(160, 160), batch_size=64)
val_ds = tf.keras.utils.image_dataset_from_directory(valid_path, image_size=(160, 160), batch_size=64)
"""),
    book("users folder of a mac", "SEQUENTIAL", """
TRAIN_DIR = '/Users/lena/Documents/uni/DL/cats_vs_dogs_small/train'
VAL_DIR = '/Users/lena/Documents/uni/DL/cats_vs_dogs_small/validation'
n_cats = len(os.listdir(TRAIN_DIR + '/cats'))
n_dogs = len(os.listdir(TRAIN_DIR + '/dogs'))
plt.bar(['cats', 'dogs'], [n_cats, n_dogs]); plt.show()
# ---
train_ds = tf.keras.preprocessing.image_dataset_from_directory(TRAIN_DIR, image_size=(160, 160))
val_ds = tf.keras.preprocessing.image_dataset_from_directory(VAL_DIR, image_size=(160, 160))
"""),
    book("shell ls and variables", "SEQUENTIAL", """
DATA = '/content/drive/MyDrive/datasets/monkeys'
!ls {DATA}
files = !ls /content/drive/MyDrive/datasets/monkeys/training
print(files)
# ---
train_ds = tf.keras.utils.image_dataset_from_directory(DATA + '/training', label_mode='categorical', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(DATA + '/validation', label_mode='categorical', image_size=(160, 160))
""", classes=10, loss="categorical_crossentropy"),
    book("class dictionary of counts", "GENERATOR", GEN + """
root = '/kaggle/input/weather-dataset/dataset'
counts = {}
for cls in os.listdir(root):
    counts[cls] = len(os.listdir(os.path.join(root, cls)))
print(counts)
import seaborn as sns
sns.barplot(x=list(counts.keys()), y=list(counts.values()))
# ---
idg = ImageDataGenerator(preprocessing_function=preprocess_input, validation_split=0.2)
train_gen = idg.flow_from_directory(root, target_size=(160, 160), class_mode='sparse', subset='training')
val_gen = idg.flow_from_directory(root, target_size=(160, 160), class_mode='sparse', subset='validation')
""", classes=11),
    book("cifar10 as arrays, resized by cv2", "ARRAYS", """
from tensorflow.keras.datasets import cifar10
import cv2
(x_tr, y_tr), (x_te, y_te) = cifar10.load_data()
X_train = np.array([cv2.resize(im, (96, 96)) for im in x_tr[:300]])
X_val = np.array([cv2.resize(im, (96, 96)) for im in x_te[:60]])
X_train = tf.keras.applications.mobilenet_v2.preprocess_input(X_train.astype('float32'))
X_val = tf.keras.applications.mobilenet_v2.preprocess_input(X_val.astype('float32'))
y_train, y_val = y_tr[:300], y_te[:60]
""", size=96, classes=10),
    book("cifar100 one-hot", "FUNCTIONAL", """
from keras.datasets import cifar100
from keras.utils import to_categorical
(a, b), (c, d) = cifar100.load_data(label_mode='fine')
b, d = to_categorical(b, 100), to_categorical(d, 100)
f = lambda im, l: (tf.image.resize(im, (96, 96)), l)
train_ds = tf.data.Dataset.from_tensor_slices((a[:2000], b[:2000])).map(f).batch(32)
val_ds = tf.data.Dataset.from_tensor_slices((c[:500], d[:500])).map(f).batch(32)
""", size=96, classes=100, loss="categorical_crossentropy"),
    book("tfds flowers with dictionaries", "FUNCTIONAL", """
!pip install tensorflow-datasets
import tensorflow_datasets as tfds
ds, info = tfds.load('tf_flowers', split='train', with_info=True)
n = info.features['label'].num_classes
print(n, info.splits['train'].num_examples)
def pre(d):
    return tf.image.resize(d['image'], [160, 160]), tf.one_hot(d['label'], n)
ds = ds.map(pre)
train_ds = ds.skip(100).batch(32)
val_ds = ds.take(100).batch(32)
""", classes=5, loss="categorical_crossentropy"),
    book("tfds with splits by name", "SEQUENTIAL", """
import tensorflow_datasets as tfds
tfds.disable_progress_bar()
train, test = tfds.load('horses_or_humans', split=['train', 'test'], as_supervised=True)
tfds.visualization.show_examples(train, None)
size = lambda x, y: (tf.image.resize(x, (160, 160)), y)
train_ds = train.map(size).cache().shuffle(200).batch(16).prefetch(tf.data.AUTOTUNE)
val_ds = test.map(size).batch(16)
"""),
    book("gdown in python, folder inside", "SEQUENTIAL", """
import gdown
url = 'https://drive.google.com/uc?id=0AbCdEfGhIj'
output = 'data.zip'
gdown.download(url, output, quiet=False)
import shutil
shutil.unpack_archive('data.zip', 'data')
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('data/dataset/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('data/dataset/test', image_size=(160, 160))
"""),
    book("curl and tar", "SEQUENTIAL", """
!curl -L -o imgs.tar.gz https://files.example.net/imgs.tar.gz
!mkdir -p imgs && tar -xzf imgs.tar.gz -C imgs
# ---
import pathlib
p = pathlib.Path('imgs/photos')
print([x.name for x in p.iterdir()])
train_ds = tf.keras.utils.image_dataset_from_directory(p / 'train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(p / 'val', image_size=(160, 160))
"""),
    book("picture from the web first", "FUNCTIONAL", """
import requests
from io import BytesIO
from PIL import Image
resp = requests.get('https://upload.example.org/commons/a/a1/Tabby.jpg')
img = Image.open(BytesIO(resp.content)).resize((160, 160))
plt.imshow(img)
!wget -q https://upload.example.org/dog.jpg -O dog.jpg
plt.imshow(plt.imread('dog.jpg'))
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('/content/drive/MyDrive/pics/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('/content/drive/MyDrive/pics/val', image_size=(160, 160))
"""),
    book("train csv of numbers", "GENERATOR", GEN + """
import pandas as pd
train_df = pd.read_csv('../input/leaves/train.csv', dtype=str)
print(train_df.shape)
train_df['label'].value_counts().plot(kind='bar')
# ---
g = ImageDataGenerator(preprocessing_function=preprocess_input, validation_split=0.2)
common = dict(directory='../input/leaves/train_images', x_col='image_id', y_col='label', target_size=(160, 160), batch_size=16, class_mode='categorical')
train_gen = g.flow_from_dataframe(train_df, subset='training', **common)
val_gen = g.flow_from_dataframe(train_df, subset='validation', **common)
""", classes=5, loss="categorical_crossentropy"),
    book("csv read by position", "ARRAYS", """
import csv, cv2
rows = []
with open('/content/annotations/labels.csv') as fh:
    reader = csv.reader(fh)
    next(reader)
    for row in reader:
        rows.append(row)
names = sorted(set(r[1] for r in rows))
X = np.array([cv2.resize(cv2.imread('/content/annotations/imgs/' + r[0]), (160, 160)) for r in rows[:120]])
y = np.array([names.index(r[1]) for r in rows[:120]])
X = (X.astype('float32') / 127.5) - 1
X_train, X_val, y_train, y_val = X[:90], X[90:], y[:90], y[90:]
"""),
    book("own helper that only plots", "SEQUENTIAL", """
from helper_functions import plot_loss_curves, walk_through_dir
!wget https://raw.example.com/course/helper_functions.py
walk_through_dir('10_food_classes')
# ---
train_ds = tf.keras.preprocessing.image_dataset_from_directory('10_food_classes/train/', label_mode='categorical', image_size=(160, 160))
val_ds = tf.keras.preprocessing.image_dataset_from_directory('10_food_classes/test/', label_mode='categorical', image_size=(160, 160))
plot_loss_curves(None)
""", classes=10, loss="categorical_crossentropy"),
    book("image helper functions of one's own", "ARRAYS", """
def load_images(folder, label, n=80):
    xs, ys = [], []
    for name in sorted(os.listdir(folder))[:n]:
        im = tf.keras.utils.load_img(os.path.join(folder, name), target_size=(160, 160))
        xs.append(tf.keras.utils.img_to_array(im))
        ys.append(label)
    return xs, ys
a, la = load_images('/content/drive/MyDrive/lab/Cats', 0)
b, lb = load_images('/content/drive/MyDrive/lab/Dogs', 1)
X = tf.keras.applications.mobilenet_v2.preprocess_input(np.array(a + b))
y = np.array(la + lb)
i = np.random.permutation(len(y)); X, y = X[i], y[i]
X_train, X_val, y_train, y_val = X[:130], X[130:], y[:130], y[130:]
"""),
    book("glob with wildcards and os.sep", "ARRAYS", """
from glob import glob
import cv2
cats = glob('/mnt/data/animals/cats/*.jpg')
dogs = glob('/mnt/data/animals/dogs/*.jpg')
print(len(cats), len(dogs))
X = np.array([cv2.resize(cv2.imread(f)[..., ::-1], (160, 160)) for f in cats[:80] + dogs[:80]]) / 127.5 - 1.
y = np.array([0] * 80 + [1] * 80)
from sklearn.utils import shuffle
X, y = shuffle(X, y, random_state=3)
X_train, X_val, y_train, y_val = X[:120], X[120:], y[:120], y[120:]
"""),
    book("glob over classes with an f-string", "FUNCTIONAL", """
import glob
classes = ['daisy', 'rose', 'tulip']
files, labels = [], []
for i, c in enumerate(classes):
    found = glob.glob(f'/content/flowers/{c}/*.jpg')
    files += found
    labels += [i] * len(found)
order = np.random.permutation(len(files))
files, labels = np.array(files)[order], np.array(labels)[order]
def rd(f, l):
    return tf.image.resize(tf.image.decode_jpeg(tf.io.read_file(f), channels=3), (160, 160)), l
ds = tf.data.Dataset.from_tensor_slices((files, labels)).map(rd)
train_ds, val_ds = ds.skip(50).batch(32), ds.take(50).batch(32)
""", classes=3),
    book("removing corrupt files first", "SEQUENTIAL", """
from PIL import Image
num_skipped = 0
for folder_name in ("Cat", "Dog"):
    folder_path = os.path.join("PetImages", folder_name)
    for fname in os.listdir(folder_path):
        fpath = os.path.join(folder_path, fname)
        try:
            fobj = open(fpath, "rb")
            is_jfif = b"JFIF" in fobj.peek(10)
        finally:
            fobj.close()
        if not is_jfif:
            num_skipped += 1
            os.remove(fpath)
print("Deleted %d images" % num_skipped)
# ---
train_ds = tf.keras.utils.image_dataset_from_directory("PetImages", validation_split=0.2, subset="training", seed=1337, image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory("PetImages", validation_split=0.2, subset="validation", seed=1337, image_size=(160, 160))
"""),
    book("split-folders package", "GENERATOR", GEN + """
!pip install split-folders
import splitfolders
splitfolders.ratio('/content/raw_images', output='/content/out', seed=1, ratio=(.8, .2))
# ---
train_gen = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory('/content/out/train', target_size=(160, 160), class_mode='binary')
val_gen = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory('/content/out/val', target_size=(160, 160), class_mode='binary')
"""),
    book("copying by a table of moves", "GENERATOR", GEN + """
import shutil
original = '/kaggle/working/train'
base = 'small'
for s, lo, hi in (('train', 0, 100), ('validation', 100, 150)):
    for c in ('cat', 'dog'):
        d = os.path.join(base, s, c)
        os.makedirs(d)
        for i in range(lo, hi):
            shutil.copyfile(os.path.join(original, f'{c}.{i}.jpg'), os.path.join(d, f'{c}.{i}.jpg'))
# ---
g = ImageDataGenerator(preprocessing_function=preprocess_input)
train_gen = g.flow_from_directory('small/train', target_size=(160, 160), batch_size=20, class_mode='binary')
val_gen = g.flow_from_directory('small/validation', target_size=(160, 160), batch_size=20, class_mode='binary')
"""),
    book("kaggle api in python", "SEQUENTIAL", """
from kaggle.api.kaggle_api_extended import KaggleApi
api = KaggleApi()
api.authenticate()
api.dataset_download_files('someone/sports-balls', path='./balls', unzip=True)
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('./balls/train', label_mode='int', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('./balls/test', label_mode='int', image_size=(160, 160))
print(len(train_ds.class_names))
""", classes=4),
    book("dataset class behind a function", "SEQUENTIAL", """
CONFIG = {'root': '/workspace/project/data/processed', 'img': 160, 'bs': 16}
def make(split):
    return tf.keras.utils.image_dataset_from_directory(
        os.path.join(CONFIG['root'], split), image_size=(CONFIG['img'], CONFIG['img']), batch_size=CONFIG['bs'])
train_ds = make('train')
val_ds = make('val')
test_ds = make('test')
for x, y in test_ds.take(1):
    print(x.shape, y.shape)
"""),
    book("string path with backslashes in readers", "GENERATOR", GEN + r"""
train_dir = r"C:\Users\Student\Desktop\lab6\train"
test_dir = r"C:\Users\Student\Desktop\lab6\test"
train_cat = os.listdir(train_dir + r"\cats")
print(train_cat[:5])
# ---
dg = ImageDataGenerator(preprocessing_function=preprocess_input)
train_gen = dg.flow_from_directory(train_dir, target_size=(160, 160), class_mode='binary')
val_gen = dg.flow_from_directory(test_dir, target_size=(160, 160), class_mode='binary')
"""),
    book("writes before it reads", "SEQUENTIAL", """
import json
plt.plot([1, 2]); plt.savefig('figures/first.png')
with open('results/config.json', 'w') as fh:
    json.dump({'lr': 1e-4}, fh)
os.mkdir('output/run1')
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('inputs/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('inputs/val', image_size=(160, 160))
"""),
    book("rar archive", "SEQUENTIAL", """
!apt-get install unrar
!unrar x "/content/drive/My Drive/pets.rar" /content/pets/
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('/content/pets/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('/content/pets/test', image_size=(160, 160))
"""),
    book("names from a cell that fails for another reason", "FUNCTIONAL", """
print(dataset_root)
BATCH = 32
IMG = (160, 160)
def get(split):
    return tf.keras.utils.image_dataset_from_directory('pets2/' + split, image_size=IMG, batch_size=BATCH)
# ---
train_ds = get('train')
val_ds = get('val')
"""),
    book("data sets lost with a broken cell", "FUNCTIONAL", """
import some_private_loader
train_ds = some_private_loader.load('train')
val_ds = some_private_loader.load('val')
# ---
for im, l in train_ds.take(1):
    print(im.shape)
"""),
    book("never frozen, gdown", "UNFROZEN", """
!gdown https://drive.google.com/uc?id=1ZZZ -O pets.zip
!unzip -o -q pets.zip -d /content/
train_ds = tf.keras.utils.image_dataset_from_directory('/content/pets/training', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('/content/pets/testing', image_size=(160, 160))
""", missed=("frozen_before_first_fit",)),
    book("no scaling, arrays in a pipeline", "WITHOUT_SCALING", """
import pathlib
d = pathlib.Path.home() / 'Downloads' / 'images'
fs = [str(p) for p in (d / 'cats').glob('*.jpg')] + [str(p) for p in (d / 'dogs').glob('*.jpg')]
ls = [0 if 'cats' in f else 1 for f in fs]
def one(f, l):
    return tf.image.resize(tf.io.decode_image(tf.io.read_file(f), channels=3, expand_animations=False), (160, 160)), l
ds = tf.data.Dataset.from_tensor_slices((fs, ls)).shuffle(2000).map(one)
train_ds, val_ds = ds.skip(64).batch(32), ds.take(64).batch(32)
""", missed=("preprocessing_once",)),
    book("everything in one cell", "SEQUENTIAL", """
from google.colab import drive
drive.mount('/content/drive', force_remount=True)
import zipfile
with zipfile.ZipFile('/content/drive/MyDrive/archive (2).zip', 'r') as zip_ref:
    zip_ref.extractall('/content/archive')
base = '/content/archive/seg_train/seg_train'
for c in os.listdir(base):
    print(c, len(os.listdir(base + '/' + c)))
sample = os.listdir(base + '/' + os.listdir(base)[0])[0]
plt.imshow(plt.imread(base + '/' + os.listdir(base)[0] + '/' + sample))
train_ds = tf.keras.utils.image_dataset_from_directory(base, image_size=(160, 160), batch_size=32)
val_ds = tf.keras.utils.image_dataset_from_directory('/content/archive/seg_test/seg_test', image_size=(160, 160), batch_size=32)
""", classes=6),
]
