"""Writes a network with branches as Keras saves it, and what it says of the images of golden.json.

    python branched.py        (keras 3, tensorflow)

Weights are drawn by NumPy, so that they are the same on each run; a `.keras` has the date of its making in it.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(11)


def drawn(shape, name):
    low = 0.5 if "variance" in name else -0.6
    return random.uniform(low, low + 1.2, shape).astype("float32")


def branched():
    layers = keras.layers
    features = layers.Input((6, 6, 2), name="image")
    stem = layers.Conv2D(4, 3, padding="same", use_bias=False, kernel_regularizer="l2", name="stem")(features)
    stem = layers.BatchNormalization(momentum=0.9, name="stem_norm")(stem)
    stem = layers.ReLU(name="stem_relu")(stem)
    side = layers.Conv2D(4, 1, activation="tanh", name="side")(stem)
    both = layers.Add(name="sum")([side, stem])
    wide = layers.Concatenate(name="wide")([both, features])
    pooled = layers.GlobalMaxPooling2D(name="pooled")(wide)
    hidden = layers.Dropout(0.5, name="drop")(layers.Dense(5, activation="elu", name="hidden")(pooled))
    return keras.Model(features, layers.Dense(3, name="answer")(hidden), name="branched")


images = json.loads((HERE / "golden.json").read_text())["images"]
model = branched()
model.set_weights([drawn(w.shape, w.path) for w in model.weights])
model.save(HERE / "files" / "branched.keras")
model.save(HERE / "files" / "branched.h5")
inner = keras.Model(model.inputs, model.get_layer("wide").output)
x = np.array(images["values"], "float32").reshape(images["shape"])
told = {}
for name, each in (("answer", model), ("wide", inner)):
    values = np.asarray(each.predict(x, verbose=0))
    told[name] = {"shape": list(values.shape), "values": [float(v) for v in values.reshape(-1)]}
(HERE / "branched.json").write_text(json.dumps(told) + "\n")
