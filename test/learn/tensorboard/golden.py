"""Makes golden.json: records and events as TensorBoard's own writer and messages give them.

python3 -m venv venv && venv/bin/pip install tensorboard==2.21.0 numpy && venv/bin/python golden.py > golden.json
"""

import io
import json

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.plugins.hparams import plugin_data_pb2
from tensorboard.plugins.pr_curve import plugin_data_pb2 as pr_curve_pb2
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboard.util import tensor_util


def framed(data):
    file = io.BytesIO()
    RecordWriter(file).write(data)
    return file.getvalue().hex()


def metadata(plugin, content, kind):
    data = summary_pb2.SummaryMetadata.PluginData(plugin_name=plugin, content=content)
    return summary_pb2.SummaryMetadata(plugin_data=data, data_class=kind)


def plugin(tag, name, array, content=b"", kind=summary_pb2.DATA_CLASS_TENSOR):
    tensor = tensor_util.make_tensor_proto(array)
    value = summary_pb2.Summary.Value(tag=tag, tensor=tensor, metadata=metadata(name, content, kind))
    return value.SerializeToString(deterministic=True).hex()


curve = np.arange(12, dtype=np.float32).reshape(6, 2)
start = plugin_data_pb2.HParamsPluginData(
    session_start_info=plugin_data_pb2.SessionStartInfo(group_name="train", start_time_secs=1.5)
)
start.session_start_info.hparams["rate"].number_value = 0.25
end = plugin_data_pb2.HParamsPluginData(
    session_end_info=plugin_data_pb2.SessionEndInfo(status=1, end_time_secs=2.5)
)
scalar = summary_pb2.Summary.Value(tag="loss", simple_value=0.5)

print(json.dumps({
    "records": [[data.hex(), framed(data)] for data in [b"", b"stemma", bytes(range(256)) * 3]],
    "version": event_pb2.Event(wall_time=1.25, file_version="brain.Event:2").SerializeToString().hex(),
    "scalar": event_pb2.Event(wall_time=1.25, step=7, summary=summary_pb2.Summary(value=[scalar])).SerializeToString().hex(),
    "text": plugin("note", "text", np.array(["a *word*"], dtype=object)),
    "histogram": plugin("weights", "histograms", np.array([[-1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])),
    "pr_curve": plugin("curve", "pr_curves", curve, pr_curve_pb2.PrCurvePluginData(num_thresholds=2).SerializeToString()),
    "image": plugin(
        "first", "images", np.array(["2", "1", b"png"], dtype=object),
        kind=summary_pb2.DATA_CLASS_BLOB_SEQUENCE,
    ),
    "session_start": plugin("_hparams_/session_start_info", "hparams", np.zeros(0, np.float32), start.SerializeToString()),
    "session_end": plugin("_hparams_/session_end_info", "hparams", np.zeros(0, np.float32), end.SerializeToString()),
}, indent=1))
