"""Values that fit a shape, made from a seed: as botocore takes them, and as orgwide writes them in JSON."""

import base64
import datetime
import math
import random
import string

SEED = 20260314

# Beyond this many values in one input or answer, or this deep, only what is required is filled in.
VALUES = 250
DEPTH = 7

TOKEN = "6f0c3c1e-4d1b-4a4e-9d3a-2b7d5c0e8f11"

TEXTS = [
    "plain",
    "with space",
    "ümläut–€ 日本 🚀",
    "a<b>&\"c\"'d'",
    "a+b=c&d%20/e?f#g",
    "x,y;z",
    "tab\tand\nline",
    " around ",
    "../..//a/./b",
    "{brace} [bracket] $~!*()'",
    "0012",
    "true",
]
# What a header can carry: no control characters, no space at either end.
HEADER_TEXTS = ["plain", "with space", "a<b>&c", "x;y=z", "0012", "a+b/c%20d?e#f", "(){}[]!$*~'"]
BLOBS = [b"bytes", b"", b"\x00\xff\xfe binary", "ü text".encode(), b"a" * 40]
DOCUMENTS = [
    {"a": [1, "x", {"b": True}], "c": 1.5, "d": {}},
    {"list": [], "text": "ü & <b>"},
    {"deep": {"er": {"est": [[0]]}}},
]
TIMES = [
    (2026, 1, 2, 3, 4, 5, 0),
    (1999, 12, 31, 23, 59, 59, 760000),
    (2038, 1, 20, 0, 0, 0, 123456),
    (1970, 1, 1, 0, 0, 0, 0),
    (2024, 2, 29, 12, 0, 0, 500000),
    (1965, 7, 1, 0, 0, 1, 0),
]


def generator(*names):
    """A source of chance that depends on these names and the seed, and on nothing else."""
    return random.Random(":".join((str(SEED), *names)))


class Maker:
    """Makes one value. `full` fills in optional members too; `place` says what text must not hold."""

    def __init__(self, chance, full, answer=False):
        self.chance = chance
        self.full = full
        self.answer = answer
        self.left = VALUES

    def make(self, shape, depth=0, above=(), place=None):
        self.left -= 1
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, depth, above)
        if kind == "list":
            return self.list(shape, depth, above, place)
        if kind == "map":
            return self.map(shape, depth, above, place)
        return self.scalar(shape, kind, place)

    def structure(self, shape, depth, above):
        if shape.is_document_type:
            return self.chance.choice(DOCUMENTS)
        if shape.is_tagged_union:
            # One that does not lead back to where we are, if there is such a one.
            around = (*above, shape.name)
            names = [n for n, m in shape.members.items() if m.name not in around and not leads_to(m, around)]
            names = [self.chance.choice(names or list(shape.members))] if shape.members else []
        else:
            names = [n for n in shape.members if self.wants(shape, n, depth, above)]
        above = (*above, shape.name)
        made, taken = {}, set()
        for name in names:
            member = shape.members[name]
            wire = wire_name(member, name)
            # Two members under one name of the wire cannot both be read.
            if member.serialization.get("eventstream") or (self.answer and wire in taken):
                continue
            taken.add(wire)
            made[name] = self.make(member, depth + 1, above, place_of(member))
        return made

    def wants(self, shape, name, depth, above):
        member = shape.members[name]
        # Parts of the address are needed though the model does not always say so.
        if name in shape.required_members or member.serialization.get("location") == "uri":
            return True
        if member.serialization.get("hostLabel"):
            return True
        if member.serialization.get("location") == "statusCode":
            return self.answer
        if not self.full or self.left < 0 or depth >= DEPTH or above.count(member.name):
            return False
        if leads_to(member, above) and depth > 1:
            return False
        return depth < 2 or self.chance.random() < 0.8

    def count(self, shape, depth, above, part):
        least = shape.metadata.get("min", 0)
        if shape.type_name == "list" and shape.serialization.get("location") in ("header", "querystring"):
            least = max(least, 1)
        if above.count(part.name) or depth >= DEPTH + 2 or self.left < 0:
            return least
        if self.chance.random() < 0.1:
            return least
        return max(least, min(self.chance.choice((1, 1, 2)), shape.metadata.get("max", 2) or 1))

    def list(self, shape, depth, above, place):
        count = min(self.count(shape, depth, above, shape.member), 60)
        return [self.make(shape.member, depth + 1, above, place) for _ in range(count)]

    def map(self, shape, depth, above, place):
        count = self.count(shape, depth, above, shape.value)
        keys = {}
        while len(keys) < count:
            key = self.make(shape.key, depth + 1, above, "key" if place is None else place)
            if place == "headers":
                key = f"Name-{len(keys)}"
            elif key in keys or not shape.key.metadata.get("enum"):
                key = f"{key}{len(keys)}"
            keys[key] = None
        # In one order, so that what is made of them can be compared as it is.
        return {key: self.make(shape.value, depth + 1, above, place) for key in sorted(keys)}

    def scalar(self, shape, kind, place):
        if kind in ("string", "character"):
            return self.text(shape, place)
        if kind == "blob":
            blob = self.chance.choice(BLOBS)
            return blob + b"x" * (shape.metadata.get("min", 0) - len(blob))
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind == "timestamp":
            return self.time(shape, place)
        if kind in ("integer", "long"):
            return self.whole(shape, kind)
        return self.real(shape, kind)

    def text(self, shape, place):
        if shape.serialization.get("jsonvalue") and place == "header":
            return self.chance.choice(DOCUMENTS)
        if shape.metadata.get("enum"):
            return self.chance.choice(shape.metadata["enum"])
        if place == "host":
            return "label-" + self.chance.choice(("a", "b7", "c.d"))
        if place in ("header", "headers", "attribute"):
            text = self.chance.choice(HEADER_TEXTS)
        elif place == "key":
            text = self.chance.choice(("key", "a.b", "sp ace", "ü&<"))
        else:
            text = self.chance.choice(TEXTS)
        least = shape.metadata.get("min", 0)
        if place == "uri":
            least = max(least, 1)
        return text + "".join(self.chance.choices(string.ascii_letters, k=least - len(text)))

    def whole(self, shape, kind):
        widest = 2**31 - 1 if kind == "integer" else 2**63 - 1
        value = self.chance.choice((0, 1, -1, 7, 1000, widest, -widest - 1, 2**53 + 1))
        least, most = bounds(shape, -widest - 1, widest)
        return min(max(value, math.ceil(least)), math.floor(most))

    def real(self, shape, kind):
        # The first ones are exact in 32 bits.
        values = [0.5, 1.25, -3.75, 3.0, 0.0, 1048576.125]
        if kind == "double":
            values += [1e-7, 123456789.123, 1e21, 5e-324]
        special = [math.inf, -math.inf, math.nan]
        least, most = bounds(shape, -math.inf, math.inf)
        if self.chance.random() < 0.1 and math.isinf(least) and math.isinf(most):
            return self.chance.choice(special)
        return min(max(self.chance.choice(values), least), most)

    def time(self, shape, place):
        year, month, day, hour, minute, second, micros = self.chance.choice(TIMES)
        whole = place in ("header", "headers") or shape.serialization.get("timestampFormat") == "rfc822"
        zone = datetime.timezone.utc
        return datetime.datetime(year, month, day, hour, minute, second, 0 if whole else micros, zone)


def wire_name(member, name):
    """What a member is called in XML: the items of a flattened list have their own name, if any has one."""
    if member.type_name == "list" and member.serialization.get("flattened"):
        name = member.serialization.get("name", name)
        return member.member.serialization.get("name", name)
    return member.serialization.get("name", name)


def place_of(member):
    if member.serialization.get("hostLabel"):
        return "host"
    if member.serialization.get("xmlAttribute"):
        return "attribute"
    return member.serialization.get("location")


def bounds(shape, least, most):
    low, high = shape.metadata.get("min", least), shape.metadata.get("max", most)
    # Some models say that the most is 0 and mean that there is none.
    return max(low, least), min(high, most) if high > low else most


def leads_to(shape, names):
    """Whether a list or map of it is one of these shapes."""
    while shape.type_name in ("list", "map"):
        shape = shape.member if shape.type_name == "list" else shape.value
        if shape.name in names:
            return True
    return False


def plain(value, shape):
    """The value in JSON as orgwide takes and gives it: times as text, bytes in base64, no NaN."""
    if value is None:
        return None
    kind = shape.type_name
    if kind == "structure":
        if shape.is_document_type or "SDK_UNKNOWN_MEMBER" in value:
            return value
        members = shape.members
        return {name: plain(part, members[name]) for name, part in value.items() if name in members}
    if kind == "list":
        return [plain(part, shape.member) for part in value]
    if kind == "map":
        return {key: plain(part, shape.value) for key, part in value.items()}
    if kind == "timestamp":
        return value.astimezone(datetime.timezone.utc).isoformat()
    if kind == "blob":
        data = value.encode() if isinstance(value, str) else bytes(value)
        return base64.b64encode(data).decode()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value
