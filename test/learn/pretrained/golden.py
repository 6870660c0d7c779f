"""Writes files of pretrained weights with Keras and PyTorch, and what their networks say of fixed inputs.

    python golden.py        (keras 3, tensorflow, torch, safetensors, h5py)

The files are small and are checked in; golden.json holds inputs and outputs. Weights are drawn by NumPy, so that they are
the same on each run; a `.keras` has the date of its making in it.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import keras
import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
FILES = HERE / "files"
random = np.random.default_rng(7)


def drawn(shape, name):
    if "variance" in name or "running_var" in name:
        return random.uniform(0.5, 2, shape).astype("float32")
    return random.normal(0, 0.4, shape).astype("float32")


def fill(model):
    model.set_weights([drawn(w.shape, w.path) for w in model.weights])
    return model


def told(values):
    return {"shape": list(values.shape), "values": [float(v) for v in np.asarray(values).reshape(-1)]}


def keras_cnn():
    layers = keras.layers
    return fill(keras.Sequential([
        layers.Input((6, 6, 2), name="features"),
        layers.Conv2D(3, 3, activation="relu", name="conv_1"),
        layers.BatchNormalization(name="norm_1"),
        layers.DepthwiseConv2D(2, depth_multiplier=2, name="depthwise"),
        layers.MaxPooling2D(2, name="pool_1"),
        layers.Flatten(name="flatten"),
        layers.Dense(5, activation="relu", name="dense_1"),
        layers.Dense(4, name="head"),
    ], name="cnn"))


def keras_lstm():
    layers = keras.layers
    return fill(keras.Sequential([
        layers.Input((5,), dtype="int32", name="features"),
        layers.Embedding(12, 4, name="embedding"),
        layers.LSTM(3, name="lstm_1"),
        layers.LayerNormalization(name="norm"),
        layers.Dense(2, name="head"),
    ], name="lstm"))


class TorchCnn(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_1 = torch.nn.Conv2d(2, 3, 3)
        self.norm_1 = torch.nn.BatchNorm2d(3, eps=1e-3)
        self.depthwise = torch.nn.Conv2d(3, 6, 2, groups=3)
        self.dense_1 = torch.nn.Linear(6, 5)
        self.head = torch.nn.Linear(5, 4)

    def forward(self, x):
        x = self.norm_1(torch.relu(self.conv_1(x)))
        x = torch.max_pool2d(self.depthwise(x), (2, 3))
        return self.head(torch.relu(self.dense_1(torch.flatten(x, 1))))


class TorchWide(torch.nn.Module):
    """Flattens what has height, width and channels: PyTorch does it channel by channel."""

    def __init__(self):
        super().__init__()
        self.conv_1 = torch.nn.Conv2d(2, 3, 3)
        self.head = torch.nn.Linear(3 * 4 * 4, 4)

    def forward(self, x):
        return self.head(torch.flatten(torch.relu(self.conv_1(x)), 1))


class TorchLstm(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(12, 4)
        self.lstm_1 = torch.nn.LSTM(4, 3, batch_first=True)
        self.norm = torch.nn.LayerNorm(3, eps=1e-3)
        self.head = torch.nn.Linear(3, 2)

    def forward(self, x):
        return self.head(self.norm(self.lstm_1(self.embedding(x))[0][:, -1]))


def torch_model(model):
    state = {k: torch.tensor(drawn(tuple(v.shape), k)) if v.dtype == torch.float32 else v
             for k, v in model.state_dict().items()}
    model.load_state_dict(state)
    return model.eval()


def main():
    FILES.mkdir(exist_ok=True)
    golden = {}
    images = drawn((3, 6, 6, 2), "images")
    ids = random.integers(0, 12, (3, 5))
    golden["images"], golden["ids"] = told(images), told(ids)

    cnn, lstm = keras_cnn(), keras_lstm()
    cnn.save(FILES / "cnn.keras")
    cnn.save(FILES / "cnn.h5")
    cnn.save_weights(FILES / "cnn.weights.h5")
    lstm.save(FILES / "lstm.keras")
    lstm.save(FILES / "lstm.h5")
    golden["keras cnn"] = told(cnn.predict(images, verbose=0))
    golden["keras lstm"] = told(lstm.predict(ids, verbose=0))

    nchw = torch.tensor(images.transpose(0, 3, 1, 2).copy())
    for name, model, inputs in [
        ("cnn", TorchCnn(), nchw), ("wide", TorchWide(), nchw), ("lstm", TorchLstm(), torch.tensor(ids)),
    ]:
        model = torch_model(model)
        save_file(model.state_dict(), FILES / f"{name}.safetensors", metadata={"format": "pt"})
        with torch.no_grad():
            golden[f"torch {name}"] = told(model(inputs).numpy())

    values = torch.tensor([0.0, -0.0, 1.0, -1.5, 65504.0, 6.1e-5, 5.96e-8, 0.1, float("inf"), 3.0e-39])
    kinds = {"f16": torch.float16, "bf16": torch.bfloat16, "f64": torch.float64}
    tensors = {name: values.to(kind) for name, kind in kinds.items()}
    save_file({**tensors, "i64": torch.arange(3)}, FILES / "kinds.safetensors")
    golden["kinds"] = {n: [str(float(v)) for v in t.float()] for n, t in tensors.items()}

    with h5py.File(FILES / "plain.h5", "w") as file:
        file.create_dataset("a/packed", data=np.arange(6, dtype="float64").reshape(2, 3), compression="gzip")
        file.create_dataset("a/half", data=np.array([0.5, -2], dtype="float16"))
        file.create_dataset("a/count", data=np.array([7], dtype="int64"))
        file["a/outside"] = h5py.ExternalLink("/etc/hostname", "/")
        file["a/soft"] = h5py.SoftLink("/a/packed")
    (HERE / "golden.json").write_text(json.dumps(golden) + "\n")


main()
