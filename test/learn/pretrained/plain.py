"""Writes what layers without weights, and activations, say in Keras, beside how Keras describes them.

    python plain.py        (keras 3, tensorflow)
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(5)
L = keras.layers

vectors, series, images = (random.uniform(-4, 4, (2, *shape)).astype("float32") for shape in ((6,), (4, 3), (4, 4, 2)))
activations = "relu relu6 elu selu gelu silu mish tanh sigmoid hard_sigmoid softmax softplus softsign exponential linear leaky_relu celu log_softmax hard_silu"
cases = [(f"Activation {name}", series, L.Activation(name)) for name in activations.split()]
cases += [
    ("ELU", vectors, L.ELU()),
    ("ELU, alpha 0.5", vectors, L.ELU(alpha=0.5)),
    ("LeakyReLU", vectors, L.LeakyReLU()),
    ("LeakyReLU, slope 0.1", vectors, L.LeakyReLU(negative_slope=0.1)),
    ("ReLU", vectors, L.ReLU()),
    ("ReLU, at most 2", vectors, L.ReLU(max_value=2)),
    ("ReLU, slope 0.2", vectors, L.ReLU(negative_slope=0.2)),
    ("ReLU, threshold 0.5", vectors, L.ReLU(threshold=0.5)),
    ("Softmax", series, L.Softmax()),
    ("Softmax, axis 1", series, L.Softmax(axis=1)),
    ("GlobalAveragePooling1D", series, L.GlobalAveragePooling1D()),
    ("GlobalAveragePooling2D", images, L.GlobalAveragePooling2D()),
    ("GlobalAveragePooling2D, axes kept", images, L.GlobalAveragePooling2D(keepdims=True)),
    ("GlobalMaxPooling1D, axes kept", series, L.GlobalMaxPooling1D(keepdims=True)),
    ("AveragePooling2D, same", images, L.AveragePooling2D(3, 2, padding="same")),
    ("MaxPooling2D, same", images, L.MaxPooling2D(3, 2, padding="same")),
    ("MaxPooling1D", series, L.MaxPooling1D(2)),
    ("UpSampling2D", images, L.UpSampling2D(2)),
    ("UpSampling2D, bilinear", images, L.UpSampling2D(2, interpolation="bilinear")),
    ("UpSampling1D", series, L.UpSampling1D(2)),
    ("ZeroPadding2D", images, L.ZeroPadding2D(((1, 0), (2, 1)))),
    ("Cropping2D", images, L.Cropping2D(((1, 0), (1, 1)))),
    ("Flatten", images, L.Flatten()),
    ("Reshape", images, L.Reshape((8, 4))),
    ("Permute", series, L.Permute((2, 1))),
    ("RepeatVector", vectors, L.RepeatVector(3)),
    ("Dropout", vectors, L.Dropout(0.5)),
    ("GaussianNoise", vectors, L.GaussianNoise(0.5)),
    ("SpatialDropout2D", images, L.SpatialDropout2D(0.5)),
    ("Rescaling", vectors, L.Rescaling(0.5, offset=1)),
    ("UnitNormalization", vectors, L.UnitNormalization()),
]
told = []
for name, x, layer in cases:
    features = keras.Input(x.shape[1:], name="in")
    model = keras.Sequential([features, layer])
    said = np.asarray(model(x))
    told.append(
        {
            "name": name,
            "architecture": json.loads(model.to_json()),
            "given": {"shape": list(x.shape), "values": [float(v) for v in x.reshape(-1)]},
            "said": {"shape": list(said.shape), "values": [float(v) for v in said.reshape(-1)]},
        }
    )
(HERE / "plain.json").write_text(json.dumps(told) + "\n")
