#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of the fuzz targets, corpus/<target>/seed_*: valid files and files that are almost valid."""
import gzip
import struct
from pathlib import Path

CORPUS = Path(__file__).with_name("corpus")


def write(target, name, content):
    folder = CORPUS / target
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"seed_{name}").write_bytes(content)


def packed(text):
    return gzip.compress(text, mtime=0)


def idx(kind, shape, body):
    return bytes([0, 0, kind, len(shape)]) + struct.pack(f">{len(shape)}I", *shape) + body


def gzip_seeds():
    text = b"one,two\n1,2\n" * 20
    write("gzip", "plain", b"\x13" + text)
    write("gzip", "packed", b"\x13" + packed(text))
    write("gzip", "members", b"\x13" + packed(text) + packed(b"3,4\n"))
    write("gzip", "truncated", b"\x13" + packed(text)[:-9])
    write("gzip", "followed", b"\x13" + packed(text) + b"rest")
    write("gzip", "bomb", b"\x0a" + packed(bytes(1 << 16)))
    write("gzip", "empty", b"\x13" + packed(b""))


def idx_seeds():
    write("idx", "images", b"\2\0" + idx(8, (3, 2, 2), bytes(range(12))))
    write("idx", "channels_last", b"\3\1" + idx(8, (2, 2, 2, 3), bytes(range(24))))
    write("idx", "any_image", b"\4\0" + idx(8, (1, 3, 2, 4), bytes(range(24))))
    write("idx", "labels", b"\5\0" + idx(8, (5,), bytes(range(5))))
    write("idx", "packed", b"\5\0" + packed(idx(8, (5,), bytes(range(5)))))
    write("idx", "large_labels", b"\5\0" + idx(12, (2,), struct.pack(">2i", 7, -7)))
    write("idx", "short", b"\0\0" + idx(11, (2, 3), struct.pack(">6h", *range(6))))
    write("idx", "float", b"\1\0" + idx(13, (2, 4), struct.pack(">8f", *range(8))))
    write("idx", "double", b"\0\0" + idx(14, (2, 4), struct.pack(">8d", *range(8))))
    write("idx", "overflow", b"\0\0" + idx(14, (0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF, 16), bytes(8)))


def cifar_seeds():
    for kind, labels in ((0, 1), (1, 2), (2, 2)):
        write("cifar", f"labels_{labels}_{kind}", bytes([kind]) + (bytes(range(labels)) + bytes(range(12))) * 2)
    write("cifar", "no_class", b"\0" + b"\x0b" + bytes(12))
    write("cifar", "packed", b"\0" + packed(bytes(13)))


def csv_seeds():
    table = b"a,b,c,d,e,f,g\nred,1,2,1,7,2020-01-02,x\nblue,,4.5e1,0.5,8,2021-03-04T05:06:07Z,y\n"
    for kind in range(6):
        write("csv", f"kind_{kind}", bytes([kind, 0, 4]) + b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n")
    write("csv", "roles", bytes([0, 31, 4]) + table)
    write("csv", "roles_record", bytes([5, 30, 4]) + table.replace(b"red", b"1").replace(b"blue", b"2"))
    write("csv", "quotes", bytes([0, 32, 4]) + b'"a";"b";c\r\n"x ""y""\r\nz";"one";1\r\n"u";two;NA\r\n')
    write("csv", "no_header", bytes([2, 0, 12]) + b"1\t2\t3\n4\t?\t6\n")
    write("csv", "dropped", bytes([3, 64, 48]) + b"\xef\xbb\xbfb|c\n1|2\n-|3\nnan|4\ninf|5\n")
    write("csv", "packed", bytes([1, 0, 0]) + packed(b"a,b,c\n0,1,2\n2,3,4\n"))
    write("csv", "ragged", bytes([3, 0, 4]) + b"a,b\n1,2\n3\n")


if __name__ == "__main__":
    gzip_seeds()
    idx_seeds()
    cifar_seeds()
    csv_seeds()
