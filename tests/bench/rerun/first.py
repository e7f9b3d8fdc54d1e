"""Thirty notebooks that can't run as they stand, written before the supply was tried on any.

Each: what stops it, the shape of its data, its model, what it misses of the six criteria, and its data cells.
"""

from __future__ import annotations

from build import Notebook, book

SCALED_GEN = "from tensorflow.keras.preprocessing.image import ImageDataGenerator\nfrom tensorflow.keras.applications.mobilenet_v2 import preprocess_input\n"

NOTEBOOKS: list[Notebook] = [
    book("drive folder", "FUNCTIONAL", """
from google.colab import drive
drive.mount('/content/drive')
# ---
PATH = '/content/drive/MyDrive/lab6/pets'
train_dir = os.path.join(PATH, 'training')
val_dir = os.path.join(PATH, 'testing')
print(os.listdir(train_dir))
print(len(os.listdir(os.path.join(train_dir, 'cat'))))
# ---
train_ds = tf.keras.utils.image_dataset_from_directory(train_dir, image_size=(160, 160), batch_size=32)
val_ds = tf.keras.utils.image_dataset_from_directory(val_dir, image_size=(160, 160), batch_size=32)
"""),
    book("kaggle input, listed", "GENERATOR", SCALED_GEN + """
for d in os.listdir('/kaggle/input/animals'):
    print(d)
base_dir = '/kaggle/input/animals/dataset'
train_path = base_dir + '/training_set'
test_path = base_dir + '/test_set'
# ---
aug = ImageDataGenerator(preprocessing_function=preprocess_input, horizontal_flip=True)
train_gen = aug.flow_from_directory(train_path, target_size=(160, 160), batch_size=20, class_mode='binary')
val_gen = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory(test_path, target_size=(160, 160), batch_size=20, class_mode='binary')
"""),
    book("windows path, cv2", "ARRAYS", r"""
import cv2
DATADIR = 'C:\\Users\\marek\\Downloads\\PetImages'
CATEGORIES = ['Dog', 'Cat']
data = []
for category in CATEGORIES:
    path = os.path.join(DATADIR, category)
    label = CATEGORIES.index(category)
    for img in os.listdir(path)[:200]:
        try:
            arr = cv2.imread(os.path.join(path, img))
            arr = cv2.resize(arr, (160, 160))
            data.append([arr, label])
        except Exception as e:
            pass
import random
random.shuffle(data)
# ---
X, y = [], []
for features, label in data:
    X.append(features)
    y.append(label)
X = np.array(X) / 127.5 - 1
y = np.array(y)
from sklearn.model_selection import train_test_split
X_train, X_val, y_train, y_val = train_test_split(X, y, test_size=0.2)
"""),
    book("flat kaggle folder with file names", "ARRAYS", """
TRAIN = '../input/dogs-vs-cats/train/train/'
files = os.listdir(TRAIN)
print(len(files))
labels = [1 if f.split('.')[0] == 'dog' else 0 for f in files]
# ---
from tensorflow.keras.preprocessing.image import load_img, img_to_array
imgs = []
for f in files[:300]:
    img = load_img(TRAIN + f, target_size=(128, 128))
    imgs.append(img_to_array(img))
X = tf.keras.applications.mobilenet_v2.preprocess_input(np.array(imgs))
y = np.array(labels[:300])
X_train, X_val, y_train, y_val = X[:240], X[240:], y[:240], y[240:]
""", size=128),
    book("wget of an unknown zip, unzip", "SEQUENTIAL", """
!wget --no-check-certificate https://pets.example.org/data/two_pets.zip -O /tmp/two_pets.zip
import zipfile
z = zipfile.ZipFile('/tmp/two_pets.zip', 'r')
z.extractall('/tmp')
z.close()
# ---
train_ds = tf.keras.preprocessing.image_dataset_from_directory('/tmp/two_pets/train', image_size=(160, 160), seed=1)
val_ds = tf.keras.preprocessing.image_dataset_from_directory('/tmp/two_pets/validation', image_size=(160, 160), seed=1)
"""),
    book("gdown and unzip", "GENERATOR", SCALED_GEN + """
!pip install -q gdown
!gdown --id 1aBcD3fGhIjKlMnOp
!unzip -q dataset.zip
# ---
datagen = ImageDataGenerator(rescale=1./127.5, preprocessing_function=lambda im: im - 127.5, validation_split=0.2)
train_gen = datagen.flow_from_directory('dataset', target_size=(160, 160), class_mode='binary', subset='training')
val_gen = datagen.flow_from_directory('dataset', target_size=(160, 160), class_mode='binary', subset='validation')
""", missed=("preprocessing_once?",)),
    book("cifar10 in pipeline", "FUNCTIONAL", """
(x_train, y_train), (x_test, y_test) = tf.keras.datasets.cifar10.load_data()
print(x_train.shape, y_train.shape)
def prep(im, label):
    return tf.image.resize(tf.cast(im, tf.float32), (96, 96)), label
train_ds = tf.data.Dataset.from_tensor_slices((x_train, y_train)).map(prep).shuffle(500).batch(64).prefetch(1)
val_ds = tf.data.Dataset.from_tensor_slices((x_test, y_test)).map(prep).batch(64)
""", size=96, classes=10),
    book("tfds cats vs dogs", "FUNCTIONAL", """
import tensorflow_datasets as tfds
(raw_train, raw_val, raw_test), metadata = tfds.load('cats_vs_dogs', split=['train[:80%]', 'train[80%:90%]', 'train[90%:]'], with_info=True, as_supervised=True)
get_label_name = metadata.features['label'].int2str
for image, label in raw_train.take(2):
    plt.imshow(image)
    plt.title(get_label_name(label))
# ---
def format_example(image, label):
    image = tf.image.resize(tf.cast(image, tf.float32), (160, 160))
    return image, label
train_ds = raw_train.map(format_example).shuffle(1000).batch(32)
val_ds = raw_val.map(format_example).batch(32)
"""),
    book("kagglehub", "SEQUENTIAL", """
import kagglehub
path = kagglehub.dataset_download("someone/flower-photos-five")
print("Path to dataset files:", path)
print(os.listdir(path))
# ---
data_dir = os.path.join(path, 'flowers')
train_ds = tf.keras.utils.image_dataset_from_directory(data_dir, validation_split=0.2, subset='training', seed=3, image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(data_dir, validation_split=0.2, subset='validation', seed=3, image_size=(160, 160))
class_names = train_ds.class_names
""", classes=5),
    book("opendatasets and missing own module", "GENERATOR", SCALED_GEN + """
import opendatasets as od
od.download('https://www.kaggle.com/datasets/anon/brain-scans')
from my_plots import show_batch
# ---
train_gen = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory('brain-scans/Training', target_size=(150, 150), class_mode='categorical')
val_gen = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory('brain-scans/Testing', target_size=(150, 150), class_mode='categorical')
show_batch(train_gen)
""", size=150, classes=4, loss="categorical_crossentropy"),
    book("csv of labels and dataframe", "GENERATOR", SCALED_GEN + """
import pandas as pd
df = pd.read_csv('/kaggle/input/dog-breed/labels.csv')
df['id'] = df['id'] + '.jpg'
print(df['breed'].nunique())
df.head()
# ---
gen = ImageDataGenerator(preprocessing_function=preprocess_input, validation_split=0.25)
train_gen = gen.flow_from_dataframe(df, '/kaggle/input/dog-breed/train', x_col='id', y_col='breed', target_size=(160, 160), class_mode='categorical', subset='training')
val_gen = gen.flow_from_dataframe(df, '/kaggle/input/dog-breed/train', x_col='id', y_col='breed', target_size=(160, 160), class_mode='categorical', subset='validation')
""", classes=3, loss="categorical_crossentropy"),
    book("glob of pictures by pathlib", "FUNCTIONAL", """
import pathlib
root = pathlib.Path('/home/tomasz/datasets/birds')
paths = list(root.glob('*/*.jpg'))
print(len(paths))
names = sorted(item.name for item in root.glob('*') if item.is_dir())
lookup = {n: i for i, n in enumerate(names)}
all_labels = [lookup[p.parent.name] for p in paths]
# ---
def load(path, label):
    img = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
    return tf.image.resize(img, [160, 160]), label
full = tf.data.Dataset.from_tensor_slices(([str(p) for p in paths], all_labels)).shuffle(5000).map(load)
train_ds = full.skip(100).batch(32)
val_ds = full.take(100).batch(32)
""", loss="sparse_categorical_crossentropy", classes=3),
    book("imutils paths", "ARRAYS", """
from imutils import paths
import cv2
imagePaths = list(paths.list_images('dataset'))
data, labels = [], []
for p in imagePaths:
    label = p.split(os.path.sep)[-2]
    image = cv2.imread(p)
    image = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
    image = cv2.resize(image, (96, 96))
    data.append(image)
    labels.append(label)
data = np.array(data, dtype='float32') / 127.5 - 1.0
from sklearn.preprocessing import LabelBinarizer
labels = LabelBinarizer().fit_transform(labels)
from sklearn.model_selection import train_test_split
X_train, X_val, y_train, y_val = train_test_split(data, labels, test_size=0.25, random_state=1)
""", size=96),
    book("single picture shown first", "SEQUENTIAL", """
from PIL import Image
im = Image.open('/content/sample_data/my_cat.jpg')
print(im.size)
plt.imshow(im)
# ---
img = plt.imread('images/dog_1.png')
plt.imshow(img)
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('/content/data/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('/content/data/val', image_size=(160, 160))
"""),
    book("zip of one's own from drive", "SEQUENTIAL", """
from google.colab import drive
drive.mount('/content/gdrive')
!cp "/content/gdrive/My Drive/cats_dogs.zip" .
!unzip -qq cats_dogs.zip
!ls
# ---
import zipfile
with zipfile.ZipFile('/content/gdrive/MyDrive/cats_dogs_small.zip') as f:
    f.extractall('/content/pics')
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('/content/pics/cats_dogs_small/train', label_mode='binary', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('/content/pics/cats_dogs_small/validation', label_mode='binary', image_size=(160, 160))
"""),
    book("requests to a file", "FUNCTIONAL", """
import requests, zipfile, io
r = requests.get('https://data.example.edu/course/animals.zip')
z = zipfile.ZipFile(io.BytesIO(r.content))
z.extractall('animals')
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('animals/animals/train', image_size=(160, 160), batch_size=16)
val_ds = tf.keras.utils.image_dataset_from_directory('animals/animals/test', image_size=(160, 160), batch_size=16)
"""),
    book("get_file of flowers", "SEQUENTIAL", """
import pathlib
dataset_url = "https://storage.example.com/example_images/flower_photos.tgz"
data_dir = tf.keras.utils.get_file('flower_photos', origin=dataset_url, untar=True)
data_dir = pathlib.Path(data_dir)
image_count = len(list(data_dir.glob('*/*.jpg')))
print(image_count)
roses = list(data_dir.glob('roses/*'))
# ---
train_ds = tf.keras.utils.image_dataset_from_directory(data_dir, validation_split=0.2, subset="training", seed=123, image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(data_dir, validation_split=0.2, subset="validation", seed=123, image_size=(160, 160))
""", classes=5),
    book("moving files into splits", "GENERATOR", SCALED_GEN + """
import shutil, random
src = '/content/PetImages'
os.makedirs('/content/split/train/cats', exist_ok=True)
os.makedirs('/content/split/train/dogs', exist_ok=True)
os.makedirs('/content/split/val/cats', exist_ok=True)
os.makedirs('/content/split/val/dogs', exist_ok=True)
def split(source, train, val, share=0.9):
    names = [n for n in os.listdir(source) if os.path.getsize(os.path.join(source, n)) > 0]
    random.shuffle(names)
    cut = int(len(names) * share)
    for n in names[:cut]:
        shutil.copyfile(os.path.join(source, n), os.path.join(train, n))
    for n in names[cut:]:
        shutil.copyfile(os.path.join(source, n), os.path.join(val, n))
split(src + '/Cat/', '/content/split/train/cats/', '/content/split/val/cats/')
split(src + '/Dog/', '/content/split/train/dogs/', '/content/split/val/dogs/')
# ---
g = ImageDataGenerator(preprocessing_function=preprocess_input)
train_gen = g.flow_from_directory('/content/split/train', target_size=(160, 160), class_mode='binary')
val_gen = g.flow_from_directory('/content/split/val', target_size=(160, 160), class_mode='binary')
"""),
    book("experimental layers and old imports", "SEQUENTIAL", """
from keras.preprocessing.image import ImageDataGenerator
from tensorflow.keras.layers.experimental import preprocessing
from keras.utils.np_utils import to_categorical
train_ds = tf.keras.preprocessing.image_dataset_from_directory('./pets/train', image_size=(160, 160), batch_size=32)
val_ds = tf.keras.preprocessing.image_dataset_from_directory('./pets/valid', image_size=(160, 160), batch_size=32)
aug = tf.keras.Sequential([preprocessing.RandomFlip('horizontal'), preprocessing.RandomRotation(0.1)])
train_ds = train_ds.map(lambda a, b: (aug(a, training=True), b))
"""),
    book("torch and wandb imported", "FUNCTIONAL", """
import torch
import wandb
from wandb.keras import WandbCallback
wandb.init(project='lab6')
# ---
%cd /content/drive/MyDrive/ml
train_ds = tf.keras.utils.image_dataset_from_directory('cats_dogs/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('cats_dogs/test', image_size=(160, 160))
"""),
    book("classes argument that the set lacks", "GENERATOR", SCALED_GEN + """
g = ImageDataGenerator(preprocessing_function=preprocess_input)
train_gen = g.flow_from_directory(directory='data/Xray/train', target_size=(224, 224), classes=['NORMAL', 'PNEUMONIA'], class_mode='binary', batch_size=10)
val_gen = g.flow_from_directory(directory='data/Xray/val', target_size=(224, 224), classes=['NORMAL', 'PNEUMONIA'], class_mode='binary', batch_size=10)
assert train_gen.num_classes == 2
""", size=224),
    book("never frozen, drive", "UNFROZEN", """
data = '/content/drive/My Drive/Colab Notebooks/data'
for split in ['train', 'val']:
    for c in ['cats', 'dogs']:
        print(split, c, len(os.listdir(os.path.join(data, split, c))))
# ---
train_ds = tf.keras.utils.image_dataset_from_directory(os.path.join(data, 'train'), image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(os.path.join(data, 'val'), image_size=(160, 160))
""", missed=("frozen_before_first_fit",)),
    book("no scaling, kaggle", "WITHOUT_SCALING", """
input_dir = '/kaggle/input/cat-and-dog'
train_ds = tf.keras.utils.image_dataset_from_directory(f'{input_dir}/training_set/training_set', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory(f'{input_dir}/test_set/test_set', image_size=(160, 160))
""", missed=("preprocessing_once",)),
    book("walk and dataframe of paths", "GENERATOR", SCALED_GEN + """
import pandas as pd
filepaths, labels = [], []
for root, dirs, files in os.walk('/data/fruits'):
    for f in files:
        if f.endswith('.jpg'):
            filepaths.append(os.path.join(root, f))
            labels.append(os.path.basename(root))
df = pd.DataFrame({'path': filepaths, 'label': labels})
from sklearn.model_selection import train_test_split
tr, va = train_test_split(df, test_size=0.2, stratify=df['label'])
# ---
g = ImageDataGenerator(preprocessing_function=preprocess_input)
train_gen = g.flow_from_dataframe(tr, x_col='path', y_col='label', target_size=(160, 160), class_mode='binary')
val_gen = g.flow_from_dataframe(va, x_col='path', y_col='label', target_size=(160, 160), class_mode='binary')
"""),
    book("timed cell and one whole cell", "SEQUENTIAL", """
%%time
folder = '/content/images_256'
classes = os.listdir(folder)
print(classes)
train_ds = tf.keras.utils.image_dataset_from_directory(folder, image_size=(160, 160), validation_split=0.3, subset='training', seed=9)
val_ds = tf.keras.utils.image_dataset_from_directory(folder, image_size=(160, 160), validation_split=0.3, subset='validation', seed=9)
"""),
    book("git clone", "SEQUENTIAL", """
!git clone https://github.com/invented-lab/leaf-disease.git
%cd leaf-disease
!ls
# ---
print(os.listdir('data'))
train_ds = tf.keras.utils.image_dataset_from_directory('data/train', label_mode='categorical', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('data/test', label_mode='categorical', image_size=(160, 160))
""", classes=3, loss="categorical_crossentropy"),
    book("list_files by tf.data", "FUNCTIONAL", """
files = tf.data.Dataset.list_files('/content/animals/*/*.jpg', shuffle=True)
CLASSES = np.array(['cats', 'dogs'])
def parse(p):
    parts = tf.strings.split(p, os.path.sep)
    label = tf.cast(parts[-2] == CLASSES[1], tf.int32)
    im = tf.image.decode_jpeg(tf.io.read_file(p), channels=3)
    return tf.image.resize(im, (160, 160)), label
ds = files.map(parse)
val_ds = ds.take(100).batch(32)
train_ds = ds.skip(100).batch(32)
"""),
    book("arrays saved by oneself", "ARRAYS", """
folder = 'D:/uni/ml/dataset/'
cats = [folder + 'cats/' + n for n in os.listdir(folder + 'cats')][:100]
dogs = [folder + 'dogs/' + n for n in os.listdir(folder + 'dogs')][:100]
from PIL import Image
def read(p):
    return np.asarray(Image.open(p).convert('RGB').resize((160, 160)))
X = np.stack([read(p) for p in cats + dogs]).astype('float32')
X = tf.keras.applications.mobilenet_v2.preprocess_input(X)
y = np.array([0] * len(cats) + [1] * len(dogs))
idx = np.random.permutation(len(X))
X_train, y_train = X[idx[:160]], y[idx[:160]]
X_val, y_val = X[idx[160:]], y[idx[160:]]
"""),
    book("upload of kaggle.json and the api", "SEQUENTIAL", """
from google.colab import files
files.upload()
!mkdir -p ~/.kaggle
!cp kaggle.json ~/.kaggle/
!chmod 600 ~/.kaggle/kaggle.json
!kaggle datasets download -d anonymous/horses-or-humans
!unzip -q horses-or-humans.zip -d hh
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('hh/horse-or-human/train', image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('hh/horse-or-human/validation', image_size=(160, 160))
print(train_ds.class_names)
"""),
    book("urlretrieve and tarfile", "SEQUENTIAL", """
import urllib.request, tarfile
urllib.request.urlretrieve('http://vision.example.org/pets/images.tar.gz', 'images.tar.gz')
t = tarfile.open('images.tar.gz')
t.extractall()
t.close()
# ---
train_ds = tf.keras.utils.image_dataset_from_directory('images', validation_split=.2, subset='training', seed=1, image_size=(160, 160))
val_ds = tf.keras.utils.image_dataset_from_directory('images', validation_split=.2, subset='validation', seed=1, image_size=(160, 160))
"""),
]
