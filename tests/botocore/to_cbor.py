"""A value as the CBOR a service answers with."""

import struct

FALSE, TRUE, NULL, BREAK = b"\xf4", b"\xf5", b"\xf6", b"\xff"


def body(value, shape, operation, chance):
    return wire(value, shape, chance)


def wire(value, shape, chance):
    kind = shape.type_name
    if kind == "structure":
        members = shape.members
        parts = [(members[n].serialization.get("name", n), wire(v, members[n], chance)) for n, v in value.items()]
        if not shape.is_tagged_union and chance.random() < 0.2:
            parts.append(("NotInTheModel", head(4, 2) + head(0, 500) + NULL))
        return pairs(parts, chance)
    if kind == "list":
        return several([wire(part, shape.member, chance) for part in value], chance)
    if kind == "map":
        return pairs([(key, wire(part, shape.value, chance)) for key, part in value.items()], chance)
    if kind == "blob":
        return head(2, len(value)) + value
    if kind == "timestamp":
        seconds = value.timestamp()
        return head(6, 1) + (whole(int(seconds)) if seconds == int(seconds) else real(seconds))
    if kind == "boolean":
        return TRUE if value else FALSE
    if kind in ("integer", "long"):
        return whole(value)
    if kind in ("float", "double"):
        return b"\xfa" + struct.pack(">f", value) if kind == "float" else real(value)
    return text(value)


def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size = next(power for power in range(4) if number < 1 << (8 << power))
    return bytes([major << 5 | 24 + size]) + number.to_bytes(1 << size, "big")


def whole(value):
    return head(0, value) if value >= 0 else head(1, -1 - value)


def real(value):
    return b"\xfb" + struct.pack(">d", value)


def text(value):
    return head(3, len(value.encode())) + value.encode()


def several(items, chance):
    if chance.random() < 0.2:
        return b"\x9f" + b"".join(items) + BREAK
    return head(4, len(items)) + b"".join(items)


def pairs(parts, chance):
    inside = b"".join(text(name) + value for name, value in parts)
    return b"\xbf" + inside + BREAK if chance.random() < 0.2 else head(5, len(parts)) + inside
