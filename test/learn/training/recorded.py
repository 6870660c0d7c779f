"""What the scripts of this folder share that record steps of Keras's own."""

import numpy as np


def numbers(array):
    """Float32 as decimals that give the very floats back."""
    return [float(f"{value:.9g}") for value in np.asarray(array, dtype=np.float32).ravel()]


def weights_of(model):
    return {
        f"{layer.name}/{weight.name}": {"shape": list(weight.shape), "values": numbers(weight.numpy())}
        for layer in model.layers
        for weight in layer.weights
    }
