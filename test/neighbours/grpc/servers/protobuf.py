"""The wire format of protocol buffers, as far as shop.products.v1 and shop.orders.v1 need it (no generated code)."""

import struct

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def _varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    """An integer or an enum; nothing for zero."""
    return _varint(field << 3 | VARINT) + _varint(value) if value else b""


def double(field, value):
    return _varint(field << 3 | FIXED64) + struct.pack("<d", value)


def message(field, encoded):
    """A message, which is written even where it is empty."""
    return _varint(field << 3 | BYTES) + _varint(len(encoded)) + encoded


def text(field, value):
    """A string; nothing for an empty one."""
    return message(field, value.encode()) if value else b""


def _read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """The fields of a message: number to the list of its values, integers or bytes."""
    found, at = {}, 0
    while at < len(data):
        tag, at = _read_varint(data, at)
        kind = tag & 7
        if kind == VARINT:
            value, at = _read_varint(data, at)
        elif kind == BYTES:
            size, at = _read_varint(data, at)
            value, at = data[at : at + size], at + size
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
            value, at = data[at : at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        found.setdefault(tag >> 3, []).append(value)
    return found


def texts(found, field):
    """Every value of a repeated string."""
    return [value.decode() for value in found.get(field, [])]


def first_text(found, field):
    """A string; empty where it is absent."""
    return (texts(found, field) or [""])[0]


def first_number(found, field):
    """An integer; zero where it is absent."""
    return found.get(field, [0])[0]
