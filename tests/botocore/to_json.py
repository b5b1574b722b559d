"""A value as the JSON a service answers with."""

import base64
import json
import math
from email.utils import format_datetime

# Where a service is newer than the model, it sends more than the model knows.
UNKNOWN = {"NotInTheModel": [{"a": [1, None, "x"]}, {}]}


def body(value, shape, operation, chance):
    ascii_only = chance.random() < 0.5
    text = json.dumps(wire(value, shape, chance), ensure_ascii=ascii_only, indent=chance.choice((None, None, 1)))
    return text.encode()


def wire(value, shape, chance):
    kind = shape.type_name
    if kind == "structure":
        return value if shape.is_document_type else structure(value, shape, chance)
    if kind == "list":
        return [wire(part, shape.member, chance) for part in value]
    if kind == "map":
        return {key: wire(part, shape.value, chance) for key, part in value.items()}
    if kind == "blob":
        return base64.b64encode(value).decode()
    if kind == "timestamp":
        return time(value, shape.serialization.get("timestampFormat", "unixtimestamp"))
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def structure(value, shape, chance):
    if shape.is_tagged_union:
        if chance.random() < 0.05:
            return {"NotInTheModel": 1}
        if chance.random() < 0.1:
            value = dict(value, **{name: None for name in list(shape.members)[:2] if name not in value})
    parts = {}
    for name, part in value.items():
        member = shape.members[name]
        wire_name = member.serialization.get("name", name)
        parts[wire_name] = None if part is None else wire(part, member, chance)
    if not shape.is_tagged_union and chance.random() < 0.1:
        parts.update(UNKNOWN)
        absent = [name for name in shape.members if name not in value]
        if absent:
            parts[shape.members[absent[0]].serialization.get("name", absent[0])] = None
    if chance.random() < 0.2:
        names = list(parts)
        chance.shuffle(names)
        parts = {name: parts[name] for name in names}
    return parts


def time(value, style):
    if style == "iso8601":
        return value.isoformat().replace("+00:00", "Z")
    if style == "rfc822":
        return format_datetime(value, usegmt=True)
    seconds = value.timestamp()
    return int(seconds) if seconds == int(seconds) else seconds
