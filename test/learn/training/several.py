"""Writes several.json: 20 steps of Keras's own on networks of several inputs and outputs, and of lists of labels.

python3 several.py > several.json    (Keras 3 on TensorFlow)
"""

import json
import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from recorded import numbers, weights_of

ROWS, BATCH, STEPS = 64, 16, 20
random = np.random.default_rng(11)


def draw(model):
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(random.normal(0, 0.4, weight.shape).astype(np.float32))


def steps_of(model, inputs, compute, optimizer):
    """By step: the losses before it, and what is counted of its batch."""
    found = []
    for step in range(STEPS):
        rows = np.arange(step * BATCH, (step + 1) * BATCH) % ROWS
        with tf.GradientTape() as tape:
            outputs = model({name: values[rows] for name, values in inputs.items()}, training=True)
            loss, values = compute(outputs, rows)
        # Of an embedding's sparse gradient, Keras's Adam would move the rows alone that the batch has.
        gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        found.append({"loss": float(loss), **{name: float(value) for name, value in values.items()}})
    return found


def two():
    table = random.normal(size=(ROWS, 3)).astype(np.float32)
    text = random.integers(1, 12, size=(ROWS, 6)).astype(np.float32)
    for row in range(ROWS):
        text[row, random.integers(2, 7) :] = 0
    species = random.integers(0, 3, size=ROWS)
    mass = random.normal(size=ROWS).astype(np.float32)
    inputs = {"table": table, "text": text}

    a = keras.Input((3,), name="table")
    b = keras.Input((6,), name="text")
    body = keras.layers.Dense(8, activation="relu", name="body")(a)
    words = keras.layers.Embedding(12, 4, mask_zero=True, name="words")(b)
    mean = keras.layers.GlobalAveragePooling1D(name="mean")(words)
    both = keras.layers.Concatenate(name="both")([body, mean])
    trunk = keras.layers.Dense(7, activation="tanh", name="trunk")(both)
    heads = [
        keras.layers.Dense(3, name="head_species")(trunk),
        keras.layers.Dense(1, name="head_mass")(trunk),
    ]
    model = keras.Model({"table": a, "text": b}, heads)
    draw(model)
    start = weights_of(model)
    classes = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    def compute(outputs, rows):
        losses = classes(species[rows], outputs[0]), keras.losses.MeanSquaredError()(mass[rows][:, None], outputs[1])
        accuracy = keras.metrics.SparseCategoricalAccuracy()
        accuracy.update_state(species[rows], outputs[0])
        mae = keras.metrics.MeanAbsoluteError()
        mae.update_state(mass[rows][:, None], outputs[1])
        return losses[0] + 0.5 * losses[1], {
            "species_accuracy": accuracy.result(),
            "species_loss": losses[0],
            "mass_loss": losses[1],
            "mass_mae": mae.result(),
        }

    steps = steps_of(model, inputs, compute, keras.optimizers.Adam(0.01))
    return {
        "inputs": {name: numbers(values) for name, values in inputs.items()},
        "species": species.tolist(),
        "mass": numbers(mass),
        **{"start": start, "steps": steps, "end": weights_of(model)},
    }


def labels(smoothing):
    features = random.normal(size=(ROWS, 4)).astype(np.float32)
    flags = (random.random((ROWS, 3)) < [0.3, 0.5, 0.1]).astype(np.float32)
    x = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(6, activation="relu", name="body")(x)
    model = keras.Model({"features": x}, keras.layers.Dense(3, name="head")(hidden))
    draw(model)
    start = weights_of(model)
    entropy = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=smoothing)

    def compute(outputs, rows):
        accuracy = keras.metrics.BinaryAccuracy(threshold=0.5)
        accuracy.update_state(flags[rows], keras.ops.sigmoid(outputs))
        return entropy(flags[rows], outputs), {"binary_accuracy": accuracy.result()}

    steps = steps_of(model, {"features": features}, compute, keras.optimizers.SGD(0.2, momentum=0.9))
    return {
        "features": numbers(features),
        "flags": flags.astype(int).ravel().tolist(),
        **{"start": start, "steps": steps, "end": weights_of(model)},
    }


print(
    json.dumps(
        {
            "keras": keras.__version__,
            **{"rows": ROWS, "batch": BATCH},
            "two": two(),
            "labels": labels(0.0),
            "smoothed": labels(0.1),
        },
        separators=(",", ":"),
    )
)
