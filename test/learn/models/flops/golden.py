# Writes golden.json: floating-point operations that TensorFlow's own profiler counts in layers of Keras, forward, for
# one example. Run it with Python 3, tensorflow 2.21 and keras 3.
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import tensorflow as tf
from keras import layers as l
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

CASES = {
    "dense": ([7], [l.Dense(5)]),
    "dense without bias": ([7], [l.Dense(5, use_bias=False)]),
    "dense on steps": ([4, 7], [l.Dense(5)]),
    "conv2d": ([9, 8, 3], [l.Conv2D(4, (3, 2))]),
    "conv2d, strides and same": ([9, 8, 3], [l.Conv2D(4, 3, strides=2, padding="same", activation="relu")]),
    "conv1d": ([9, 3], [l.Conv1D(4, 3)]),
    "depthwise": ([9, 8, 3], [l.DepthwiseConv2D(3, depth_multiplier=2)]),
    "separable": ([9, 8, 3], [l.SeparableConv2D(5, 3)]),
    "transpose": ([5, 5, 3], [l.Conv2DTranspose(4, 3, strides=2, padding="same", use_bias=False)]),
    "max pooling": ([9, 8, 3], [l.MaxPooling2D(2)]),
    "average pooling": ([9, 8, 3], [l.AveragePooling2D((3, 2))]),
    "global pooling": ([9, 8, 3], [l.GlobalAveragePooling2D()]),
    "softmax": ([10], [l.Softmax()]),
    "cnn": (
        [28, 28, 1],
        [l.Conv2D(16, 3, activation="relu"), l.MaxPooling2D(), l.Conv2D(32, 3, activation="relu"), l.MaxPooling2D(),
         l.Flatten(), l.Dense(64, activation="relu"), l.Dense(10)],
    ),
    "simple rnn": ([6, 3], [l.SimpleRNN(4, unroll=True)]),
    "lstm": ([6, 3], [l.LSTM(4, unroll=True)]),
    "gru": ([6, 3], [l.GRU(4, unroll=True, reset_after=False)]),
    "bidirectional lstm": ([6, 3], [l.Bidirectional(l.LSTM(4, unroll=True))]),
}


def attention():
    x = keras.Input([6, 8])
    return keras.Model(x, l.MultiHeadAttention(num_heads=2, key_dim=4)(x, x))


def count(model):
    shape = [1, *model.input_shape[1:]]
    concrete = tf.function(lambda x: model(x, training=False)).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    graph = convert_variables_to_constants_v2(concrete).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder(
        tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()).with_empty_output().build()
    return tf.compat.v1.profiler.profile(graph=graph, options=options).total_float_ops


golden = {name: {"shape": shape, "flops": count(keras.Sequential([keras.Input(shape), *stack]))}
          for name, (shape, stack) in CASES.items()}
golden["attention"] = {"shape": [6, 8], "flops": count(attention())}
with open(os.path.join(os.path.dirname(__file__), "golden.json"), "w") as file:
    json.dump({"tensorflow": tf.__version__, "keras": keras.__version__, "cases": golden}, file, indent=2)
    file.write("\n")
