"""What botocore reads: for every operation an answer in its protocol, and the value that botocore takes from it."""

import base64
import json
from email.utils import format_datetime

import to_cbor
import to_json
import to_xml
from botocore.awsrequest import HeadersDict
from botocore.parsers import create_parser

from values import Maker, generator, plain

WRITERS = {
    "ec2": to_xml.ec2,
    "query": to_xml.query,
    "rest-xml": to_xml.rest,
    "json": to_json.body,
    "rest-json": to_json.body,
    "smithy-rpc-v2-cbor": to_cbor.body,
}


def of(service, name):
    """The cases of one service, in the order of its operations; events have no one answer."""
    parser = create_parser(service.resolved_protocol)
    for operation_name in service.operation_names:
        operation = service.operation_model(operation_name)
        if operation.output_shape is not None and not operation.has_event_stream_output:
            yield case(parser, name, operation)


def case(parser, service_name, operation):
    chance = generator("answer", service_name, operation.name)
    shape = operation.output_shape
    protocol = operation.service_model.resolved_protocol
    made = Maker(chance, full=True, answer=True).make(shape)
    status, headers, in_body = 200, [], made
    if protocol.startswith("rest-"):
        status, headers, in_body = apart(made, shape, operation)
    body = payload(in_body, shape, operation, chance) if protocol.startswith("rest-") else None
    if body is None:
        body = WRITERS[protocol](in_body, shape, operation, chance)
    # botocore hands a raw body on as it is, unless it is `bytes`, which it takes for text.
    given = bytearray(body) if operation.has_streaming_output else body
    response = {"status_code": status, "headers": HeadersDict(headers), "body": given, "context": {}}
    read = parser.parse(response, shape)
    read.pop("ResponseMetadata", None)
    return {
        "service": service_name,
        "operation": operation.name,
        "status": status,
        "headers": headers,
        "body": base64.b64encode(body).decode(),
        "value": plain(read, shape),
    }


def apart(made, shape, operation):
    """What of an answer is its status and its headers, and what is left for the body."""
    status, headers, rest = operation.http.get("responseCode", 200), [], {}
    for name, value in made.items():
        member = shape.members[name]
        location, wire = member.serialization.get("location"), member.serialization.get("name", name)
        if location == "statusCode":
            pass
        elif location == "header":
            headers.append([wire.lower(), header(value, member)])
        elif location == "headers":
            headers += [[(wire + key).lower(), text] for key, text in value.items()]
        else:
            rest[name] = value
    return status, headers, rest


def header(value, member):
    if member.serialization.get("jsonvalue"):
        return base64.b64encode(json.dumps(value).encode()).decode()
    if member.type_name == "timestamp":
        if member.serialization.get("timestampFormat") == "iso8601":
            return value.strftime("%Y-%m-%dT%H:%M:%SZ")
        return format_datetime(value, usegmt=True)
    return str(value).lower() if member.type_name == "boolean" else str(value)


def payload(made, shape, operation, chance):
    """The body where one member is all of it; none where it is not."""
    name = shape.serialization.get("payload")
    if name is None:
        return None
    member = shape.members[name]
    value = made.get(name)
    # An empty body that is no stream is no member: so the protocol's suite, which botocore does not follow here.
    if member.type_name == "blob":
        return value or (b"" if member.serialization.get("streaming") else b"not empty")
    if member.type_name == "string":
        return (value or "not empty").encode()
    return WRITERS[operation.service_model.resolved_protocol](value or {}, member, operation, chance)
