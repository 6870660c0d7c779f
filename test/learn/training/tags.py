"""Writes tags.json: 20 steps of Keras's own on sequences of which each step has a tag, padding masked.

python3 tags.py > tags.json    (Keras 3 on TensorFlow)

"plain" has the loss that `fit` has of a model with a mask; "weighted" the weighted mean over the steps that are no padding.
"""

import json
import os

os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
import tensorflow as tf
from recorded import numbers, weights_of

ROWS, BATCH, STEPS, LENGTH, WORDS, TAGS = 48, 12, 20, 7, 11, 3
random = np.random.default_rng(23)


def case(tag_weights, row_weights):
    lengths = random.integers(1, LENGTH + 1, size=ROWS)
    ids = np.zeros((ROWS, LENGTH), np.float32)
    tags = np.zeros((ROWS, LENGTH), np.int32)
    for row, length in enumerate(lengths):
        ids[row, :length] = random.integers(1, WORDS, size=length)
        tags[row, :length] = random.integers(0, TAGS, size=length)

    features = keras.Input((LENGTH,), name="features")
    words = keras.layers.Embedding(WORDS, 4, mask_zero=True, name="words")(features)
    states = keras.layers.LSTM(5, return_sequences=True, name="states")(words)
    model = keras.Model(features, keras.layers.Dense(TAGS, name="head")(states))
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(random.normal(0, 0.5, weight.shape).astype(np.float32))
    start = weights_of(model)
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    optimizer = keras.optimizers.Adam(0.02)
    found = []
    for step in range(STEPS):
        rows = np.arange(step * BATCH, (step + 1) * BATCH) % ROWS
        is_word = (ids[rows] != 0).astype(np.float32)
        with tf.GradientTape() as tape:
            logits = model(ids[rows], training=True)
            if tag_weights is None:
                loss = model.compute_loss(ids[rows], tags[rows], logits)
            else:
                each = keras.losses.sparse_categorical_crossentropy(tags[rows], logits, from_logits=True)
                weights = is_word * np.take(tag_weights, tags[rows]) * row_weights[rows][:, None]
                loss = tf.reduce_sum(each * weights) / tf.reduce_sum(weights)
        # Of an embedding's sparse gradient, Keras's Adam would move the rows alone that the batch has.
        gradients = [tf.convert_to_tensor(each) for each in tape.gradient(loss, model.trainable_variables)]
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        accuracy = keras.metrics.SparseCategoricalAccuracy()
        accuracy.update_state(tags[rows], logits, sample_weight=is_word)
        found.append({"loss": float(loss), "accuracy": float(accuracy.result())})
    return {
        "ids": ids.astype(int).ravel().tolist(),
        "tags": [tags[row, : lengths[row]].tolist() for row in range(ROWS)],
        **{"start": start, "steps": found, "end": weights_of(model)},
    }


TAG_WEIGHTS = np.array([1, 0.5, 3], np.float32)
ROW_WEIGHTS = np.where(np.arange(ROWS) % 3 == 0, 2, 1).astype(np.float32)
print(
    json.dumps(
        {
            "keras": keras.__version__,
            **{"rows": ROWS, "batch": BATCH, "length": LENGTH, "words": WORDS},
            **{"tag_weights": numbers(TAG_WEIGHTS), "row_weights": numbers(ROW_WEIGHTS)},
            "plain": case(None, None),
            "weighted": case(TAG_WEIGHTS, ROW_WEIGHTS),
        },
        separators=(",", ":"),
    )
)
