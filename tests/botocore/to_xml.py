"""A value as the XML a service answers with."""

import base64
import math
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from values import wire_name

NAMESPACE = "http://example.com/doc/2026-01-01/"
REQUEST_ID = "c0ffee00-0000-4000-8000-000000000001"


def query(value, shape, operation, chance):
    inside = parts(value, shape, chance)
    wrapper = shape.serialization.get("resultWrapper")
    if wrapper:
        inside = element(wrapper, inside)
    inside += f"<ResponseMetadata><RequestId>{REQUEST_ID}</RequestId></ResponseMetadata>"
    return document(f"{operation.name}Response", inside, chance)


def ec2(value, shape, operation, chance):
    return document(f"{operation.name}Response", element("requestId", REQUEST_ID) + parts(value, shape, chance), chance)


def rest(value, shape, operation, chance):
    return document(shape.serialization.get("name", shape.name), parts(value, shape, chance), chance)


def document(name, inside, chance):
    head = chance.choice(("", '<?xml version="1.0" encoding="UTF-8"?>\n', '<?xml version="1.0"?>'))
    return f"{head}<{name} xmlns={quoteattr(NAMESPACE)}>{inside}</{name}>".encode()


def element(name, inside, attributes=""):
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def parts(value, shape, chance):
    """The elements of a structure's members, now and then in another order or with more around them."""
    found = []
    for name, part in value.items():
        member = shape.members[name]
        if member.serialization.get("xmlAttribute") or part is None:
            continue
        found += elements(wire_name(member, name), part, member, chance)
    if chance.random() < 0.25:
        chance.shuffle(found)
    if not shape.is_tagged_union and chance.random() < 0.1:
        found.insert(0, "<NotInTheModel><a>1</a><a/></NotInTheModel><!-- a comment -->")
    return chance.choice(("", "", "\n  ")).join(found)


def elements(name, value, shape, chance):
    kind, flat = shape.type_name, shape.serialization.get("flattened")
    if kind == "list":
        inner = name if flat else shape.member.serialization.get("name", "member")
        items = [item for part in value for item in elements(inner, part, shape.member, chance)]
        return items if flat else [element(name, "".join(items))]
    if kind == "map":
        entries = [entry(key, part, shape, chance) for key, part in value.items()]
        if flat:
            return [element(name, inside) for inside in entries]
        return [element(name, "".join(element("entry", inside) for inside in entries))]
    if kind == "structure":
        return [element(name, parts(value, shape, chance), attributes(value, shape))]
    return [element(name, text(value, shape, chance))]


def entry(key, value, shape, chance):
    key_name, value_name = (s.serialization.get("name", n) for s, n in ((shape.key, "key"), (shape.value, "value")))
    return element(key_name, text(key, shape.key, chance)) + "".join(elements(value_name, value, shape.value, chance))


def attributes(value, shape):
    written = ""
    for name, part in value.items():
        member = shape.members[name]
        if member.serialization.get("xmlAttribute"):
            wire = member.serialization["name"]
            if ":" in wire:
                written += f' xmlns:{wire.split(":")[0]}="http://www.w3.org/2001/XMLSchema-instance"'
            written += f" {wire}={quoteattr(part)}"
    return written


def text(value, shape, chance):
    kind = shape.type_name
    if kind == "blob":
        return base64.b64encode(value).decode()
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "timestamp":
        return time(value, shape.serialization.get("timestampFormat", "iso8601"))
    if isinstance(value, float):
        return str(value) if math.isfinite(value) else {"nan": "NaN", "inf": "Infinity"}.get(str(value), "-Infinity")
    if not isinstance(value, str):
        return str(value)
    if chance.random() < 0.1 and value and "]]>" not in value:
        return f"<![CDATA[{value}]]>"
    written = escape(value, {'"': "&quot;"})
    return written.replace("a", "&#x61;", 1) if chance.random() < 0.1 and "&" not in written else written


def time(value, style):
    if style == "rfc822":
        return format_datetime(value, usegmt=True)
    if style == "unixtimestamp":
        return repr(value.timestamp())
    whole = value.strftime("%Y-%m-%dT%H:%M:%S")
    return whole + (f".{value.microsecond // 1000:03}Z" if value.microsecond else "Z")
