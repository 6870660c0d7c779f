"""Trains one of the bench's networks with Keras or PyTorch: a round for each line on stdin.

Arguments: peer (keras-fit, keras-batch, torch, torch-compile, torch-card), network (cnn, cnn-norm, mlp), batch, steps
a round, threads. Prints `ready` with the versions, then the seconds of each round and the most megabytes so far.
"""

import os
import resource
import sys
import time

peer, network, batch, steps, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
os.environ.update(TF_NUM_INTRAOP_THREADS=str(threads), TF_CPP_MIN_LOG_LEVEL="3")
if "card" not in peer:
    os.environ["CUDA_VISIBLE_DEVICES"] = ""

import numpy as np

rows = batch * steps
random = np.random.default_rng(1)
x = random.random((rows, 28, 28, 1), dtype=np.float32)
y = random.integers(0, 10, rows)


def keras_network():
    import keras
    from keras import layers

    keras.utils.set_random_seed(1)
    parts = [layers.Input((28, 28, 1))]
    if network == "mlp":
        parts += [layers.Flatten(), layers.Dense(512, activation="relu"), layers.Dense(512, activation="relu")]
    else:
        for filters in (32, 64):
            if network == "cnn-norm":
                parts += [layers.Conv2D(filters, 3, use_bias=False), layers.BatchNormalization(), layers.ReLU()]
            else:
                parts += [layers.Conv2D(filters, 3, activation="relu")]
            parts += [layers.MaxPooling2D(2)]
        parts += [layers.Flatten(), layers.Dense(128, activation="relu")]
    model = keras.Sequential(parts + [layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=loss, metrics=["accuracy"])
    return model


def keras_round():
    import keras
    import tensorflow

    model = keras_network()

    def fit():
        model.fit(x, y, batch_size=batch, epochs=1, verbose=0)

    def train_on_batch():
        for start in range(0, rows, batch):
            model.train_on_batch(x[start : start + batch], y[start : start + batch])

    versions = f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}"
    return (fit if peer == "keras-fit" else train_on_batch), versions


def torch_round():
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(threads)
    if network == "mlp":
        parts = [nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)]
    else:
        parts = []
        for channels, filters in ((1, 32), (32, 64)):
            norm = network == "cnn-norm"
            parts += [nn.Conv2d(channels, filters, 3, bias=not norm)]
            parts += [nn.BatchNorm2d(filters)] if norm else []
            parts += [nn.ReLU(), nn.MaxPool2d(2)]
        parts += [nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)]
    device = torch.device("cuda" if "card" in peer else "cpu")
    model = nn.Sequential(*parts).to(device)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    loss_of = nn.CrossEntropyLoss()
    images = torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
    labels = torch.from_numpy(y)
    forward = torch.compile(model) if peer == "torch-compile" else model

    def epoch():
        order = torch.randperm(rows)
        total, hits = 0.0, 0
        for start in range(0, rows, batch):
            chosen = order[start : start + batch]
            target = labels[chosen].to(device)
            optimizer.zero_grad()
            logits = forward(images[chosen].to(device))
            loss = loss_of(logits, target)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
            hits += int((logits.argmax(1) == target).sum())

    on = f" on {torch.cuda.get_device_name()}" if device.type == "cuda" else ""
    return epoch, f"PyTorch {torch.__version__}{on}"


run, versions = keras_round() if peer.startswith("keras") else torch_round()
run()
print(f"ready {versions}", flush=True)
for _ in sys.stdin:
    started = time.perf_counter()
    run()
    seconds = time.perf_counter() - started
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, flush=True)
