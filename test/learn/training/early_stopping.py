"""Makes early-stopping.json, when Keras's EarlyStopping stops: python3 test/learn/training/early_stopping.py > test/learn/training/early-stopping.json"""

import json
import os

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np

random = np.random.default_rng(3)


def case(number):
    mode = "min" if number % 2 == 0 else "max"
    options = {
        "mode": mode,
        "patience": int(random.integers(1, 5)),
        "min_delta": float(random.choice([0.0, 0.0, 0.05])),
        "baseline": [None, None, 0.5][number % 3],
        "start_from_epoch": int(random.choice([0, 0, 3])),
    }
    # Two decimals, so that some epochs are equal.
    way = 0.9 * np.exp(-np.arange(25) / random.uniform(3, 12)) + random.normal(0, 0.06, 25)
    values = [float(round(v if mode == "min" else 1 - v, 2)) for v in way]
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    callback = keras.callbacks.EarlyStopping(monitor="val_loss", restore_best_weights=True, **options)
    callback.set_model(model)
    callback.on_train_begin()
    model.stop_training = False
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val_loss": value})
        if model.stop_training:
            break
    return {
        "options": options,
        "values": values,
        "stopped": epoch + 1 if model.stop_training else None,
        "best": callback.best_epoch + 1,
    }


print(json.dumps({"keras": keras.__version__, "cases": [case(number) for number in range(40)]}))
