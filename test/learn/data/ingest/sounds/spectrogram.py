"""Writes spectrogram.json: a spectrogram and a mel spectrogram as TensorFlow's tf.signal makes them, for spectrogram.test.ts.

Run: python3 test/learn/data/ingest/sounds/spectrogram.py (tensorflow 2.15 or later).
"""
import json
from pathlib import Path

import numpy as np
import tensorflow as tf

rate, window, hop, bands = 8000, 200, 80, 20
t = np.arange(2000)
# A tone that rises, and one that stays.
signal = 0.5 * np.sin(2 * np.pi * (200 + 0.4 * t) * t / rate) + 0.25 * np.cos(2 * np.pi * 1700 * t / rate)
magnitudes = tf.abs(tf.signal.stft(signal.astype("float32").astype("float64"), window, hop))
triangles = tf.signal.linear_to_mel_weight_matrix(bands, magnitudes.shape[-1], rate, 0.0, rate / 2, dtype=tf.float64)
mel = np.log((magnitudes @ triangles).numpy() + 1e-6)
plain = np.log(magnitudes.numpy() + 1e-6)


def short(values):
    return [short(each) if isinstance(each, list) else float(f"{each:.7g}") for each in values]


golden = {
    "spectrogram": {"shape": list(plain.shape), "frames": short(plain[[3, -1]].tolist())},
    "mel": {"shape": list(mel.shape), "frames": short(mel[::6].tolist())},
}
Path(__file__).with_name("spectrogram.json").write_text(json.dumps(golden))
