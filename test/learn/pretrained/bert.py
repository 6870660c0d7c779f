"""Writes a small BERT with PyTorch and Hugging Face's transformers, and what it says of fixed ids.

    python bert.py        (torch, transformers, safetensors)
"""

import json
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification

HERE = pathlib.Path(__file__).parent
random = np.random.default_rng(11)


def main():
    config = BertConfig(
        vocab_size=90, hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=48,
        max_position_embeddings=16, num_labels=3, layer_norm_eps=1e-12, hidden_act="gelu",
        attn_implementation="eager",
    )
    model = BertForSequenceClassification(config).eval()
    state = {}
    for name, value in model.state_dict().items():
        scale, center = (0.3, 1.0) if "LayerNorm.weight" in name else (0.25, 0.0)
        drawn = torch.tensor(random.normal(center, scale, tuple(value.shape)).astype("float32"))
        state[name] = drawn if value.dtype == torch.float32 else value
    model.load_state_dict(state)
    # Half of the precision, half of the size; what the file says is what both compute with.
    halves = {name: value.half() if value.dtype == torch.float32 else value for name, value in state.items()}
    model.load_state_dict({name: value.float() if value.dtype == torch.float16 else value for name, value in halves.items()})
    save_file(halves, HERE / "files" / "bert.safetensors", metadata={"format": "pt"})

    ids = random.integers(5, 90, (3, 10))
    ids[:, 0] = 2
    ids[1, 6:] = 0
    ids[2, 3:] = 0
    segments = np.zeros_like(ids)
    segments[0, 5:] = 1
    mask = (ids != 0).astype("int64")
    golden = {"ids": ids.tolist(), "segments": segments.tolist()}
    with torch.no_grad():
        for name, types in [("one", np.zeros_like(ids)), ("two", segments)]:
            inputs = {k: torch.tensor(v) for k, v in {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}.items()}
            golden[name] = {
                "pooled": model.bert(**inputs).pooler_output.numpy().astype("float64").tolist(),
                "logits": model(**inputs).logits.numpy().astype("float64").tolist(),
            }
    (HERE / "bert.json").write_text(json.dumps(golden) + "\n")


main()
