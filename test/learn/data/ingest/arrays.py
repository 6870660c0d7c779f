"""Writes arrays.json: files as NumPy and pandas-free Python write them, in base64, for the tests of their readers.

Run: python3 test/learn/data/ingest/arrays.py (numpy 1.26 or later).
"""
import base64
import gzip
import io
import json
from pathlib import Path

import numpy as np


def npy(array):
    out = io.BytesIO()
    np.save(out, array)
    return base64.b64encode(out.getvalue()).decode()


def npz(save, **arrays):
    out = io.BytesIO()
    save(out, **arrays)
    return base64.b64encode(out.getvalue()).decode()


matrix = np.array([[1.5, -2.0], [0.1, 1e300], [np.nan, 4.0]])
images = np.arange(2 * 2 * 3 * 1, dtype=np.uint8).reshape(2, 2, 3, 1)
plain = npy(np.array([1.0, 2.5]))
files = {
    "plain.npy.gz": base64.b64encode(gzip.compress(base64.b64decode(plain), mtime=0)).decode(),
    "f8.npy": npy(matrix),
    "f8-fortran.npy": npy(np.asfortranarray(matrix)),
    "f4-big.npy": npy(np.array([[1, 2], [3, 4.5]], dtype=">f4")),
    "i8.npy": npy(np.array([1, -2, 2**53 + 1], dtype=np.int64)),
    "b1.npy": npy(np.array([True, False])),
    "u1-4d-fortran.npy": npy(np.asfortranarray(images)),
    "f2.npy": npy(np.array([1.0, -0.5, 65504, 6e-8, 0.1, -0.0], dtype=np.float16)),
    "f2-inf.npy": npy(np.array([1.0, np.inf], dtype=np.float16)),
    "complex.npy": npy(np.array([1j])),
    "texts.npz": npz(np.savez, x=np.arange(4.0), y=np.array(["cat", "dög", "", "𝄞"])),
    "texts-big.npy": npy(np.array(["a", "bc"], dtype=">U3")),
    "bytes.npy": npy(np.array([b"cat", "dög".encode()])),
    "latin-1.npy": npy(np.array(["dög".encode("latin-1")])),
    "texts-fortran.npy": npy(np.asfortranarray([["a", "b"], ["c", "d"]])),
    "set.npz": npz(np.savez, image=images, label=np.array([7, 3])),
    "set-compressed.npz": npz(np.savez_compressed, image=images, label=np.array([7, 3])),
    "uneven.npz": npz(np.savez, a=np.zeros(2), b=np.zeros(3)),
}
Path(__file__).with_name("arrays.json").write_text(json.dumps(files, indent=1) + "\n")
