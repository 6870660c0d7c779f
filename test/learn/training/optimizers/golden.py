"""Makes golden.json, what Keras's optimizers do in 20 steps: python3 test/learn/training/optimizers/golden.py > test/learn/training/optimizers/golden.json

The gradients are recorded from a small network that Keras trains: a convolution, batch normalization, an embedding of
which each batch uses some rows only, and a dense layer. All optimizers are then fed the same gradients.
"""

import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

random = np.random.default_rng(6)
keras.utils.set_random_seed(6)
STEPS = 20
SEEN = [1, STEPS]


def network():
    image = keras.Input((8, 8, 1))
    word = keras.Input((), dtype="int32")
    x = keras.layers.Conv2D(2, 3, use_bias=False, name="conv_1")(image)
    x = keras.layers.BatchNormalization(name="norm_1")(x)
    x = keras.layers.Flatten()(keras.layers.MaxPooling2D(3)(keras.layers.ReLU()(x)))
    meaning = keras.layers.Embedding(6, 3, name="words")(word)
    return keras.Model([image, word], keras.layers.Dense(5, name="head")(keras.layers.Concatenate()([x, meaning])))


def record():
    """Initial values by name, and 20 gradients by name."""
    model = network()
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9)
    initial = {v.path: v.numpy().copy() for v in model.trainable_variables}
    gradients = []
    for _ in range(STEPS):
        y = random.integers(0, 5, 32)
        x = random.random((32, 8, 8, 1)).astype(np.float32)
        for row, of in enumerate(y):
            x[row, of : of + 3, :] += 0.7
        with tf.GradientTape() as tape:
            value = loss(y, model([x, np.minimum(y, random.integers(0, 5, 32))], training=True))
        found = tape.gradient(value, model.trainable_variables)
        found = [tf.convert_to_tensor(g) for g in found]
        gradients.append({v.path: g.numpy() for v, g in zip(model.trainable_variables, found)})
        optimizer.apply(found, model.trainable_variables)
    return initial, gradients


INITIAL, GRADIENTS = record()
CLASSES = {
    **{"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam, "adamw": keras.optimizers.AdamW},
    **{"nadam": keras.optimizers.Nadam, "adamax": keras.optimizers.Adamax, "adagrad": keras.optimizers.Adagrad},
    **{"adadelta": keras.optimizers.Adadelta, "rmsprop": keras.optimizers.RMSprop, "lion": keras.optimizers.Lion},
}


def optimizer_of(params):
    """Our params as Keras's arguments."""
    args = dict(params)
    make = CLASSES[args.pop("name")]
    if "rate" in args:
        args["learning_rate"] = args.pop("rate")
    exclude = args.pop("exclude", ["bias", "gamma", "beta"])
    names = {"value": "clipvalue", "norm": "clipnorm", "global_norm": "global_clipnorm"}
    args.update({names[kind]: value for kind, value in args.pop("clip", {}).items()})
    args.pop("lookahead", None)
    if "accumulate" in args:
        args["gradient_accumulation_steps"] = args.pop("accumulate")
    if "ema" in args:
        args.update(use_ema=True, ema_momentum=args.pop("ema")["decay"])
    optimizer = make(**args)
    if optimizer.weight_decay is not None:
        # Keras looks for these in the variable's own name.
        optimizer.exclude_from_weight_decay(var_names=[name.split("/")[-1] for name in exclude])
    return optimizer


def flat(values):
    return [float(f"{value:.9g}") for name in INITIAL for value in np.asarray(values[name], np.float32).ravel()]


def case(params):
    optimizer = optimizer_of(params)
    variables = [keras.Variable(value.copy(), name=name.split("/")[-1]) for name, value in INITIAL.items()]
    slow = [value.copy() for value in INITIAL.values()]
    after = {}
    for step, gradients in enumerate(GRADIENTS, start=1):
        optimizer.apply([tf.constant(gradients[name]) for name in INITIAL], variables)
        if "lookahead" in params and step % params["lookahead"]["k"] == 0:
            # Algorithm 1 of M. Zhang et al., 2019; Keras 3 has none.
            for at, variable in enumerate(variables):
                slow[at] = slow[at] + np.float32(params["lookahead"]["alpha"]) * (variable.numpy() - slow[at])
                variable.assign(slow[at])
        if step in SEEN:
            after[step] = flat({name: v.numpy() for name, v in zip(INITIAL, variables)})
    found = {"params": params, "after": after}
    if "ema" in params:
        averages = optimizer._model_variables_moving_average
        found["averages"] = flat({name: v.numpy() for name, v in zip(INITIAL, averages)})
    return found


CASES = [
    {"name": "sgd"},
    {"name": "sgd", "rate": 0.05, "momentum": 0.9},
    {"name": "sgd", "rate": 0.05, "momentum": 0.9, "nesterov": True},
    {"name": "adam"},
    {"name": "adam", "rate": 0.01, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3},
    {"name": "adam", "rate": 0.01, "amsgrad": True},
    {"name": "adamw"},
    {"name": "adamw", "rate": 0.01, "weight_decay": 0.1, "exclude": ["bias"]},
    {"name": "nadam"},
    {"name": "nadam", "rate": 0.01, "beta_1": 0.95, "beta_2": 0.99},
    {"name": "adamax"},
    {"name": "adamax", "rate": 0.01, "beta_1": 0.8, "beta_2": 0.9},
    {"name": "adagrad"},
    {"name": "adagrad", "rate": 0.05, "initial_accumulator_value": 0.0},
    {"name": "adadelta"},
    {"name": "adadelta", "rate": 1.0, "rho": 0.9, "epsilon": 1e-6},
    {"name": "rmsprop"},
    {"name": "rmsprop", "rho": 0.8, "momentum": 0.9},
    {"name": "rmsprop", "centered": True, "epsilon": 1e-5},
    {"name": "rmsprop", "centered": True, "momentum": 0.5, "epsilon": 1e-5},
    {"name": "lion"},
    {"name": "lion", "rate": 0.0003, "beta_1": 0.95, "beta_2": 0.98, "weight_decay": 0.3},
    {"name": "sgd", "rate": 0.1, "weight_decay": 0.02},
    {"name": "sgd", "rate": 0.1, "clip": {"value": 0.05}},
    {"name": "adam", "clip": {"norm": 0.1}},
    {"name": "sgd", "rate": 0.1, "momentum": 0.9, "clip": {"global_norm": 0.5}},
    {"name": "adam", "accumulate": 3},
    {"name": "sgd", "rate": 0.1, "momentum": 0.9, "accumulate": 4, "clip": {"global_norm": 0.3}, "weight_decay": 0.1},
    {"name": "sgd", "rate": 0.1, "ema": {"decay": 0.9}},
    {"name": "adamw", "ema": {"decay": 0.99}},
    {"name": "sgd", "rate": 0.1, "momentum": 0.9, "lookahead": {"k": 5, "alpha": 0.5}},
    {"name": "adam", "lookahead": {"k": 3, "alpha": 0.8}},
]
print(
    json.dumps(
        {
            "keras": keras.__version__,
            "variables": [{"name": name, "shape": list(value.shape)} for name, value in INITIAL.items()],
            "initial": flat(INITIAL),
            "gradients": [flat(gradients) for gradients in GRADIENTS],
            "cases": [case(params) for params in CASES],
        }
    )
)
