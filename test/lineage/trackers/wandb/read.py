"""What wandb's own messages make of a log that Stemma wrote, as JSON on stdout.

The frames are LevelDB's, read here with their checksums; the records are parsed by `Record` of wandb.proto, of the
package wandb 0.30. Usage: python read.py FILE.wandb
"""

import json
import struct
import sys
import zlib

from google.protobuf.json_format import MessageToDict
from wandb.proto import wandb_internal_pb2

BLOCK, HEAD = 32768, 7


def records(log):
    assert log[:7] == b":W&B" + struct.pack("<HB", 0xBEE1, 0), "the header"
    at, pieces = 7, b""
    while at < len(log):
        left = BLOCK - at % BLOCK
        if left < HEAD:
            at += left
            continue
        checksum, length, kind = struct.unpack("<IHB", log[at : at + HEAD])
        data = log[at + HEAD : at + HEAD + length]
        assert checksum == zlib.crc32(bytes([kind]) + data), f"the checksum at {at}"
        pieces += data
        at += HEAD + length
        if kind in (1, 4):
            record = wandb_internal_pb2.Record()
            record.ParseFromString(pieces)
            pieces = b""
            yield record


def known(message):
    """Whether wandb knows every field: a number that it does not would be kept beside, unread."""
    from google.protobuf.unknown_fields import UnknownFieldSet

    below = [value for field, value in message.ListFields() if field.message_type is not None]
    parts = [part for value in below for part in (value if hasattr(value, "__len__") else [value])]
    return len(UnknownFieldSet(message)) == 0 and all(known(part) for part in parts)


with open(sys.argv[1], "rb") as file:
    parsed = list(records(file.read()))
assert all(known(record) for record in parsed), "an unknown field"
told = [MessageToDict(record, preserving_proto_field_name=True) for record in parsed]
sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
