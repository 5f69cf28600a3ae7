#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bytes of a TensorBoard event file, from Protocol Buffers and crcmod (python3-protobuf, python3-crcmod of Debian 12).

    python3 tests/reference/tensor_board.py > tests/reference/tensor_board.hpp

The messages are those of tensorflow/core/util/event.proto and tensorflow/core/framework/summary.proto, as far as scalars
need them; the framing is that of TFRecord.
"""
import struct

import crcmod.predefined
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

crc32c = crcmod.predefined.mkCrcFun("crc-32c")
DOUBLE, FLOAT, INT64, STRING, MESSAGE = 1, 2, 3, 9, 11
ONE, MANY = 1, 3

file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorflow", syntax="proto3")


def message(parent, name, *fields):
    m = parent.add(name=name)
    for number, field, kind, label, type_name in fields:
        m.field.add(name=field, number=number, type=kind, label=label, type_name=type_name or None)
    return m


summary = message(file.message_type, "Summary", (1, "value", MESSAGE, MANY, ".tensorflow.Summary.Value"))
message(summary.nested_type, "Value", (1, "tag", STRING, ONE, ""), (2, "simple_value", FLOAT, ONE, ""))
message(file.message_type, "Event", (1, "wall_time", DOUBLE, ONE, ""), (2, "step", INT64, ONE, ""),
        (3, "file_version", STRING, ONE, ""), (5, "summary", MESSAGE, ONE, ".tensorflow.Summary"))
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
factory = message_factory.MessageFactory(pool)
Event = factory.GetPrototype(pool.FindMessageTypeByName("tensorflow.Event"))


def masked(data):
    c = crc32c(data)
    return struct.pack("<I", ((c >> 15 | c << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(event):
    data = event.SerializeToString()
    length = struct.pack("<Q", len(data))
    return length + masked(length) + data + masked(data)


def scalar(time, step, tag, value):
    event = Event(wall_time=time, step=step)
    event.summary.value.add(tag=tag, simple_value=value)
    return record(event)


data = record(Event(wall_time=1.5, file_version="brain.Event:2"))
data += scalar(1000000.25, 1, "Network/loss", 0.75)
data += scalar(1000001.0, 300, "Stack[0]/" + 40 * "Average[1]/" + "rate", 1e-3)
lines = [", ".join(f"{b}" for b in data[i:i + 24]) for i in range(0, len(data), 24)]
print("""// SPDX-License-Identifier: Apache-2.0
// Made by tests/reference/tensor_board.py; do not edit.
#pragma once

namespace reference {

inline constexpr unsigned char events[] = {
    """ + ",\n    ".join(lines) + """};

}  // namespace reference""")
