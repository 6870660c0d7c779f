"""Holds models against ONNX's own checker, and answers with onnxruntime: a line of JSON in, one out.

    {"model": PATH, "feeds": {NAME: {"type": "float32", "dims": [2, 3], "data": [...]}}}

A null among numbers is NaN. The answer has the outputs by name, or "error" with what was found.
Packages: onnx, onnxruntime.
"""

import json
import math
import sys

import numpy as np
import onnx
import onnxruntime

print(json.dumps({"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}), flush=True)

KINDS = {"float32": np.float32, "float64": np.float64, "int32": np.int32, "int64": np.int64, "uint8": np.uint8, "string": object}


def array(feed):
    data = [math.nan if value is None else value for value in feed["data"]]
    return np.array(data, dtype=KINDS[feed["type"]]).reshape(feed["dims"])


def told(value):
    flat = [item.item() if isinstance(item, np.generic) else item for item in np.asarray(value).reshape(-1)]
    return [None if isinstance(item, float) and math.isnan(item) else item for item in flat]


def answer(order):
    # Shapes and types are inferred throughout, and held against those that the file says.
    onnx.checker.check_model(order["model"], full_check=True)
    session = onnxruntime.InferenceSession(order["model"], providers=["CPUExecutionProvider"])
    feeds = {name: array(feed) for name, feed in order["feeds"].items()}
    names = [output.name for output in session.get_outputs()]
    outputs = session.run(names, feeds)
    return {name: {"dims": list(np.shape(value)), "data": told(value)} for name, value in zip(names, outputs)}


for line in sys.stdin:
    try:
        print(json.dumps({"outputs": answer(json.loads(line))}), flush=True)
    except Exception as error:  # What the checker or the runtime found is the answer.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
