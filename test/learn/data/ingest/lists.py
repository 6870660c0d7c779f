"""Writes lists.json: columns of lists as pyarrow writes them to Parquet and Arrow, in base64, for the tests of their readers.

Run: python3 test/learn/data/ingest/lists.py (pyarrow 25 or later).
"""
import base64
import io
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as parquet

rows = [[0.1, -2.5, 3e38], [1e-7, 16777217.0, -0.0], [5.0, 6.0, 7.0]]
whole = [[1, -2], [3, 2**31 - 1], [-(2**31), 0]]
table = pa.table(
    {
        "k": ["a", "b", "a"],
        "f4": pa.array(rows, pa.list_(pa.float32())),
        "f8": pa.array(rows, pa.list_(pa.float64(), 3)),
        "u1": pa.array([[0, 255], [1, 2], [3, 4]], pa.list_(pa.uint8())),
        "i8": pa.array(whole, pa.list_(pa.int64(), 2)),
    }
)


def feathered(given, compression):
    out = io.BytesIO()
    feather.write_feather(given, out, compression=compression)
    return base64.b64encode(out.getvalue()).decode()


def parqueted(given):
    out = io.BytesIO()
    parquet.write_table(given, out)
    return base64.b64encode(out.getvalue()).decode()


large = pa.table({"f": pa.array(rows, pa.large_list(pa.float32()))})
files = {
    "lists.parquet": parqueted(table),
    "lists.feather": feathered(table, "zstd"),
    "plain.arrow": feathered(table, "uncompressed"),
    "large.arrow": feathered(large, "uncompressed"),
    "large.parquet": parqueted(large),
}
Path(__file__).with_name("lists.json").write_text(json.dumps(files, indent=1) + "\n")
