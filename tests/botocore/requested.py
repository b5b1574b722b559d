"""What botocore sends: for every operation its least input and a full one, and the request it makes of each."""

import base64

from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.serialize import create_serializer

from values import TOKEN, Maker, generator, plain

HOST = "host.invalid"


def of(service, name):
    """The cases of one service, in the order of its operations."""
    serializer = create_serializer(service.resolved_protocol)
    for operation_name in service.operation_names:
        operation = service.operation_model(operation_name)
        if operation.has_event_stream_input:
            continue
        for full in (False, True):
            yield case(serializer, name, operation, full)


def case(serializer, service_name, operation, full):
    chance = generator("request", service_name, operation.name, str(full))
    shape = operation.input_shape
    made = Maker(chance, full).make(shape) if shape else {}
    sent = dict(made)
    for token in operation.idempotent_members:
        sent.setdefault(token, TOKEN)
    serialized = serializer.serialize_to_request(sent, operation)
    # The host is found by other means; what comes before it is compared by itself.
    prefix = serialized.pop("host_prefix", None)
    prepare_request_dict(serialized, f"https://{HOST}")
    request = create_request_object(serialized).prepare()
    return {
        "service": service_name,
        "operation": operation.name,
        "input": plain(made, shape) if shape else {},
        "protocol": operation.service_model.resolved_protocol,
        "method": request.method,
        "target": request.url.removeprefix(f"https://{HOST}"),
        "headers": [[key.lower(), text(value)] for key, value in request.headers.items()],
        "host_prefix": prefix,
        "body": base64.b64encode(raw(request.body)).decode(),
    }


def raw(body):
    if body is None:
        return b""
    return body.encode() if isinstance(body, str) else bytes(body)


def text(value):
    return value.decode() if isinstance(value, bytes) else value
