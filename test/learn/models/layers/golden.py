"""Makes golden.json, what Keras's layers give, forward and backward:
python3 test/learn/models/layers/golden.py > test/learn/models/layers/golden.json

A case has a layer of ours with its config, and what Keras's of the same weights computes: the output, and the
gradients of sum(output × upstream). Where there is a mask, what it hides of a sequence counts for nothing in that sum."""

import json

import keras
import numpy as np
import tensorflow as tf

random = np.random.default_rng(31)
L = keras.layers
cases = []


def array(values):
    values = np.asarray(values, dtype=np.float32)
    return {"shape": list(values.shape), "values": [float(f"{value:.8g}") for value in values.reshape(-1)]}


def normal(*shape):
    return random.normal(size=shape).astype(np.float32)


def case(name, ours, config, inputs, layer, mask=None, training=False, weights=None, call=None):
    """`weights` of the layer in our order; `call` computes it where it is made of several."""
    inputs = [tf.constant(x) for x in inputs]
    masks = mask if isinstance(mask, list) else [mask] + [None] * (len(inputs) - 1)
    masks = [None if m is None else tf.constant(m) for m in masks]
    run = call or (lambda: plain(layer, inputs, masks, training))
    run()
    ordered = weights(layer) if weights else layer.weights
    for weight in ordered:
        offset = 1 if "gamma" in weight.path or "variance" in weight.path else 0
        weight.assign(offset + 0.4 * np.abs(normal(*weight.shape)) if "variance" in weight.path else offset + 0.4 * normal(*weight.shape))
    before = [weight.numpy() for weight in ordered]
    trainable = [weight for weight in ordered if weight.trainable]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        output = call(inputs, masks) if call else plain(layer, inputs, masks, training)
        upstream = normal(*output.shape)
        if masks[0] is not None and len(output.shape) == 3:
            upstream = upstream * masks[0].numpy()[:, :, None]
        loss = tf.reduce_sum(output * upstream)
    gradients = tape.gradient(loss, inputs + [weight.value for weight in trainable])
    found = [np.zeros(x.shape) if g is None else tf.convert_to_tensor(g) for g, x in zip(gradients, inputs + trainable)]
    cases.append(
        {
            "name": name,
            "layer": ours,
            "config": config,
            "inputs": [array(x) for x in inputs],
            "masks": [None if m is None else array(tf.cast(m, tf.float32)) for m in masks],
            "training": training,
            "weights": [array(weight) for weight in before],
            "upstream": array(upstream),
            "output": array(output),
            "inputGradients": [array(g) for g in found[: len(inputs)]],
            "weightGradients": [array(g) for g in found[len(inputs) :]],
            "after": [array(weight.numpy()) for weight in ordered if not weight.trainable],
        }
    )


def plain(layer, inputs, masks, training):
    keywords = {"training": training}
    if isinstance(layer, L.MultiHeadAttention):
        query, value, key = inputs[0], inputs[1 if len(inputs) > 1 else 0], inputs[2] if len(inputs) > 2 else None
        own = len(inputs) == 1
        value_mask = masks[0] if own else masks[1]
        return layer(query, value, key=key, value_mask=value_mask, use_causal_mask=causal, **keywords)
    if masks[0] is not None and not isinstance(layer, (L.LayerNormalization, L.GroupNormalization, L.BatchNormalization)):
        keywords["mask"] = masks[0]
    return layer(inputs[0], **keywords)


mask = np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 0, 0, 0]], dtype=bool)
left = np.array([[1, 1, 1, 1, 1], [0, 0, 1, 1, 1], [0, 1, 0, 1, 0]], dtype=bool)
x = lambda: [normal(3, 5, 4)]

# Normalization.
case("layer norm", "LayerNormalization", {}, x(), L.LayerNormalization())
case("layer norm without scale", "LayerNormalization", {"scale": False, "epsilon": 1e-6}, x(), L.LayerNormalization(scale=False, epsilon=1e-6))
case("layer norm without center, on columns", "LayerNormalization", {"center": False}, [normal(3, 6)], L.LayerNormalization(center=False))
case("group norm of images", "GroupNormalization", {"groups": 2}, [normal(2, 3, 3, 4)], L.GroupNormalization(groups=2))
case("group norm of sequences", "GroupNormalization", {"groups": 2, "scale": False}, x(), L.GroupNormalization(groups=2, scale=False))
case("instance norm", "GroupNormalization", {"groups": -1, "center": False}, [normal(2, 3, 3, 4)], L.GroupNormalization(groups=-1, center=False))
images = lambda: [normal(3, 2, 2, 4)]
case("batch norm", "BatchNormalization", {}, images(), L.BatchNormalization())
case("batch norm while training", "BatchNormalization", {"momentum": 0.9}, images(), L.BatchNormalization(momentum=0.9), training=True)
case("batch norm without scale", "BatchNormalization", {"scale": False}, images(), L.BatchNormalization(scale=False), training=True)
case("batch norm without center", "BatchNormalization", {"center": False}, [normal(6, 4)], L.BatchNormalization(center=False), training=True)
case("frozen batch norm while training", "BatchNormalization", {"trainable": False}, images(), L.BatchNormalization(trainable=False), training=True)

# Attention.
causal = False
heads = {"numHeads": 2, "keyDim": 3}
attention = lambda **more: L.MultiHeadAttention(num_heads=2, key_dim=3, flash_attention=False, **more)
case("self-attention", "MultiHeadAttention", heads, x(), attention())
case("self-attention with a mask", "MultiHeadAttention", heads, x(), attention(), mask=mask)
case("attention without biases, with values of another size", "MultiHeadAttention", {**heads, "valueDim": 2, "useBias": False}, x(), attention(value_dim=2, use_bias=False))
case("cross-attention with a mask", "MultiHeadAttention", heads, [normal(3, 2, 4), normal(3, 5, 6)], attention(), mask=[None, mask])
case("cross-attention with keys", "MultiHeadAttention", heads, [normal(3, 2, 4), normal(3, 5, 6), normal(3, 5, 3)], attention())
causal = True
case("causal attention", "MultiHeadAttention", {**heads, "causal": True}, x(), attention())
case("causal attention with a mask", "MultiHeadAttention", {**heads, "causal": True}, x(), attention(), mask=mask)
causal = False


class Block(L.Layer):
    """An encoder block of Keras's own layers."""

    def __init__(self, norm_first, activation, causal, epsilon):
        super().__init__()
        self.norm_first, self.causal = norm_first, causal
        self.attention = L.MultiHeadAttention(num_heads=2, key_dim=2, flash_attention=False)
        self.norms = [L.LayerNormalization(epsilon=epsilon) for _ in range(2)]
        self.inner, self.outer = L.Dense(7, activation=activation), L.Dense(4)

    def look(self, x, mask):
        return self.attention(x, x, value_mask=mask, use_causal_mask=self.causal)

    def call(self, x, mask=None):
        first, second = self.norms
        if self.norm_first:
            seen = x + self.look(first(x), mask)
            return seen + self.outer(self.inner(second(seen)))
        seen = first(x + self.look(x, mask))
        return second(seen + self.outer(self.inner(seen)))

    def ordered(self):
        first, second = self.norms
        return sum([each.weights for each in [self.attention, first, self.inner, self.outer, second]], [])


def block(name, more, norm_first=False, activation="relu", causal=False, mask=None, epsilon=1e-6):
    layer = Block(norm_first, activation, causal, epsilon)
    case(name, "TransformerBlock", {"numHeads": 2, "intermediateDim": 7, **more}, x(), layer, mask=mask, weights=Block.ordered)


block("transformer block", {}, mask=mask)
block("transformer block, normalized first, gelu", {"normFirst": True, "activation": "gelu", "epsilon": 1e-3}, True, "gelu", mask=mask, epsilon=1e-3)
block("causal transformer block", {"causal": True}, causal=True)

# Recurrent layers.
for kind in ["SimpleRNN", "LSTM", "GRU"]:
    make = getattr(L, kind)
    case(f"{kind}", kind, {"units": 3}, x(), make(3))
    case(f"{kind} with a mask", kind, {"units": 3}, x(), make(3), mask=mask)
    case(f"{kind} with a mask that begins late", kind, {"units": 3}, x(), make(3), mask=left)
    case(f"{kind} that hands sequences on, with a mask", kind, {"units": 3, "returnSequences": True}, x(), make(3, return_sequences=True), mask=mask)
    case(f"{kind} backwards, with a mask", kind, {"units": 3, "goBackwards": True}, x(), make(3, go_backwards=True), mask=mask)
    case(f"{kind} without bias", kind, {"units": 3, "useBias": False, "activation": "relu"}, x(), make(3, use_bias=False, activation="relu"))
case("GRU whose reset gate comes before", "GRU", {"units": 3, "resetAfter": False}, x(), L.GRU(3, reset_after=False), mask=mask)
for mode in ["concat", "sum", "mul", "ave"]:
    for sequences in [False, True]:
        made = L.Bidirectional(L.GRU(3, return_sequences=sequences), merge_mode=mode)
        ours = {"layer": {"className": "GRU", "config": {"units": 3, "returnSequences": sequences}}, "mergeMode": mode}
        case(f"bidirectional GRU, {mode}{', sequences' if sequences else ''}, with a mask", "Bidirectional", ours, x(), made, mask=mask)
ours = {"layer": {"className": "LSTM", "config": {"units": 2}}}
case("bidirectional LSTM", "Bidirectional", ours, x(), L.Bidirectional(L.LSTM(2)))

# Pooling.
case("average of what is not masked", "MaskedGlobalAveragePooling1D", {}, x(), L.GlobalAveragePooling1D(), mask=mask)
case("average of all", "MaskedGlobalAveragePooling1D", {}, x(), L.GlobalAveragePooling1D())

print(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")))
