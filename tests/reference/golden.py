#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes golden.tutti, a saved model of format version 1, by the specification of the format alone.

tests/core/file.cpp loads it. The file never changes: it stands for all files that users have.
"""
import struct
import zlib
from pathlib import Path


def field(name):
    return bytes([len(name)]) + name.encode()


def text(value):
    return b"s" + struct.pack("<Q", len(value)) + value.encode()


def array(out, code, values):
    """A range of numbers begins at a multiple of 64 bytes of the payload."""
    out += b"[" + code.encode() + struct.pack("<Q", len(values))
    out += bytes(-len(out) % 64)
    return out + struct.pack("<%d%s" % (len(values), code), *values)


def payload():
    out = field("type") + text("Tiny")
    out += field("model") + b"{"
    out += field("name") + text("golden")
    out = array(out + field("weights"), "f", [1.0, -0.5, 0.25])
    out = array(out + field("sizes"), "i", [3, 1])
    out += field("bias") + b"%" + b"\1" + b"d" + struct.pack("<d", 2.5)
    return out + b"}"


def main():
    body = payload()
    head = b"\x89TUTTI\r\n" + struct.pack("<IIQ", 1, zlib.crc32(body), len(body)) + bytes(36)
    head += struct.pack("<I", zlib.crc32(head))
    Path(__file__).with_name("golden.tutti").write_bytes(head + body)


if __name__ == "__main__":
    main()
