"""Reads a folder of event files as TensorBoard does, and prints what it found as JSON.

python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0, then STEMMA_TENSORBOARD_PYTHON=venv/bin/python
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.util import tensor_util

events = EventAccumulator(sys.argv[1], size_guidance={"tensors": 0})
events.Reload()
found = {}
for tag in events.Tags()["scalars"]:
    steps = events.Scalars(tag)
    found.setdefault("scalars", {})[tag] = {"steps": [step.step for step in steps], "last": steps[-1].value}
for tag in events.Tags()["tensors"]:
    metadata = events.SummaryMetadata(tag)
    plugin = metadata.plugin_data.plugin_name
    steps = events.Tensors(tag)
    last = steps[-1]
    if plugin == "hparams":
        data = plugin_data_pb2.HParamsPluginData.FromString(metadata.plugin_data.content)
        value = {key: value.number_value for key, value in data.session_start_info.hparams.items()}
    else:
        array = tensor_util.make_ndarray(last.tensor_proto)
        value = [len(each) for each in array] if plugin == "images" else array.tolist() if plugin != "text" else array[0].decode()
    found.setdefault(plugin, {})[tag] = {"steps": [step.step for step in steps], "last": value}
print(json.dumps(found))
