"""Writes packed.json: pieces of bytes as LZ4 frames and in Zstandard, and tables as Feather files with such buffers, for the
tests of their readers. Of each piece, its length and sha256 are told.

Run: python3 test/learn/data/ingest/packed.py (pyarrow 25 or later, with pandas).
"""
import base64
import hashlib
import io
import json
import random
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather

random.seed(1)
words = ["a", "the", "stage", "table", "is", "of", "rows\n", "42"]
pieces = {
    "nothing": b"",
    "one byte": b"a",
    "chance": random.randbytes(400),
    "one byte again and again": b"x" * 300_000,
    "a short repeat": b"abc" * 500,
    "words": " ".join(random.choice(words) for _ in range(3_000)).encode(),
    "skewed": bytes(min(255, int(random.expovariate(0.1))) for _ in range(3_000)),
    "numbers": b"".join(int(random.gauss(1_000, 300)).to_bytes(8, "little", signed=True) for _ in range(600)),
    "several blocks": b"".join(bytes([65 + i % 5]) * (i % 997) + b"%d" % i for i in range(700)),
}


def text(data):
    return base64.b64encode(data).decode()


def packed(data):
    codecs = {"lz4": pa.Codec("lz4"), "zstd": pa.Codec("zstd"), "zstd-19": pa.Codec("zstd", compression_level=19)}
    return {name: text(codec.compress(data, asbytes=True)) for name, codec in codecs.items()}


table = pd.DataFrame(
    {
        "n": [float(i) / 3 for i in range(300)],
        "k": list(range(300)),
        "s": [words[i % 7].strip() for i in range(300)],
        "c": pd.Categorical([words[i % 3] for i in range(300)]),
        "when": pd.date_range("2020-01-01", periods=300),
        "gap": [None if i % 4 == 0 else float(i) for i in range(300)],
    }
)


def file(compression):
    out = io.BytesIO()
    feather.write_feather(table, out, compression=compression)
    return text(out.getvalue())


found = {
    "pieces": [
        {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **packed(data)}
        for name, data in pieces.items()
    ],
    "feather": {name: file(name) for name in ["uncompressed", "lz4", "zstd"]},
}
Path(__file__).with_name("packed.json").write_text(json.dumps(found, indent=1) + "\n")
