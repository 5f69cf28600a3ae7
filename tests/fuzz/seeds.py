#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the first inputs of the fuzz targets, corpus/<target>/seed_*: valid files and files that are almost valid."""
import gzip
import io
import struct
import zipfile
import zlib
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


def npy(kind, shape, body, order="False"):
    text = f"{{'descr': '{kind}', 'fortran_order': {order}, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(text)) + text + body


def npy_seeds():
    write("npy", "floats", b"\0\0" + npy("<f4", (2, 3), struct.pack("<6f", *range(6))))
    write("npy", "fortran", b"\2\0" + npy(">f8", (2, 2), struct.pack(">4d", *range(4)), "True"))
    write("npy", "images", b"\1\1" + npy("|u1", (2, 2, 2, 3), bytes(range(24))))
    write("npy", "pairs", b"\5\0" + npy("<i2", (2, 2), struct.pack("<4h", *range(4))))
    for packing in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", packing) as members:
            members.writestr(zipfile.ZipInfo("x.npy"), npy("<f4", (2, 3), struct.pack("<6f", *range(6))), packing)
            members.writestr(zipfile.ZipInfo("y.npy"), npy("<i8", (2,), struct.pack("<2q", 0, 2)), packing)
        write("npy", f"archive_{packing}", b"\3\0" + archive.getvalue())
        write("npy", f"member_{packing}", b"\4\0" + archive.getvalue())


def series_seeds():
    head = b"@timeStamps false\n@missing true\n"
    write("series", "one", b"\0\1" + head + b"@classLabel true a b\n@data\n1,2,?:a\n3,4:b\n")
    write("series", "two", b"\1\3" + head + b"@dimensions 2\n@classLabel true a b\n@data\n1,2,3:4,5,6:a\n1,2:NaN,2:b\n")
    write("series", "number", b"\2\0" + head + b"@targetLabel true\n@data\n1,2,3:0.5\n")
    write("series", "plain", b"\3\4" + b"# c\n@problemName P\n@univariate true\n@classLabel false\n@data\n1,2,3\n4,5,6\n")


def arff_seeds():
    head = b"@relation 'r'\n@attribute a {x,'y z'}\n@attribute \"b\" real % c\n@attribute d date\n@attribute s string\n"
    write("arff", "label", b"\0\1" + head + b"@data\nx,1.5,'2024-02-29T12:00:00','it\\'s'\n'y z',?,?,?\n")
    write("arff", "number", b"\1\0" + b"@attribute a real\n@attribute y numeric\n@data\n1,2\n3,4,{2}\n")
    write("arff", "sparse", b"\2\0" + b"@attribute a integer\n@attribute b {u,v}\n@data\n{0 3, 1 v}\n{}, {0.5}\n")


def picture_seeds():
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    for colour, channels in ((0, 1), (2, 3), (4, 2), (6, 4)):
        rows = b"".join(b"\0" + bytes(range(r, r + 3 * channels)) for r in range(2))
        write("picture", f"png_{colour}", bytes([colour % 3, 1]) + b"\x89PNG\r\n\x1a\n" +
              chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, colour, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


if __name__ == "__main__":
    gzip_seeds()
    idx_seeds()
    cifar_seeds()
    csv_seeds()
    npy_seeds()
    series_seeds()
    arff_seeds()
    picture_seeds()
