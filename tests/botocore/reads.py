"""Reads of many services by botocore, of a service on loopback that answers all of them.

    python reads.py --endpoint http://127.0.0.1:1234 [--seed 1] [--count 60]

The operations are drawn by the seed, each protocol in turn. Where botocore has a paginator, all pages are read with it.
Names are made up, so that some operations are told that there is no such resource, which is right of them.
Prints a JSON object: how many operations, by protocol, how many pages and items, how many named what is not there,
and what was wrong.
"""

import argparse
import collections
import itertools
import json
import random
import re
import socket

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

ABSENT = re.compile("NotFound|NoSuch|DoesNotExist")
READS = re.compile("(Get|List|Describe|BatchGet|Search)[A-Z]")
LEFT_OUT = {
    # Signed otherwise or not at all.
    *("codecatalyst", "importexport", "sdb"),
    # Sent elsewhere whatever the endpoint, or nowhere without an ARN of theirs.
    *("cloudfront-keyvaluestore", "signin"),
    # Of the simulated organization itself, which may be small.
    *("account", "organizations", "sts"),
}
LEFT_OUT_OPERATIONS = {"DescribeInstances", "DescribeRegions", "ListBuckets", "ListAccountAliases"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    arguments = parser.parse_args()
    # Some put an account before the host.
    resolve = socket.getaddrinfo
    socket.getaddrinfo = lambda host, *more, **named: resolve("127.0.0.1", *more, **named)
    session = botocore.session.get_session()
    session.set_credentials("AKIDEXAMPLE", "secret")
    found = {"operations": 0, "pages": 0, "items": 0, "absent": 0, "protocols": collections.Counter(), "wrong": []}
    for service, operation in drawn(session, arguments.seed, arguments.count):
        name = f"{service.service_name} {operation.name}"
        found["operations"] += 1
        found["protocols"][service.resolved_protocol] += 1
        try:
            pages, items = read(client(session, service.service_name, arguments.endpoint), operation)
        except ClientError as error:
            if ABSENT.search(error.response["Error"]["Code"]) and operation.input_shape.required_members:
                found["absent"] += 1
            else:
                found["wrong"].append(f"{name}: {error}")
            continue
        except Exception as error:
            found["wrong"].append(f"{name}: {type(error).__name__}: {error}")
            continue
        found["pages"] += pages
        found["items"] += len(items)
        if len(set(items)) != len(items):
            found["wrong"].append(f"{name}: {len(items)} items, {len(set(items))} different ones")
    print(json.dumps(found))


def drawn(session, seed, count):
    """So many operations that can be asked with few words, of each protocol about as many."""
    chance = random.Random(seed)
    by_protocol = collections.defaultdict(list)
    for name in session.get_available_services():
        service = session.get_service_model(name)
        if name not in LEFT_OUT:
            by_protocol[service.resolved_protocol].append(service)
    drawn = {protocol: of_each(services, chance) for protocol, services in sorted(by_protocol.items())}
    for _, protocol in zip(range(count), itertools.cycle(drawn)):
        yield next(drawn[protocol])


def of_each(services, chance):
    """An operation of each service that has a simple one, again and again."""
    services = chance.sample(services, len(services))
    for service in itertools.cycle(services):
        names = [name for name in service.operation_names if READS.match(name) and name not in LEFT_OUT_OPERATIONS]
        operations = [service.operation_model(name) for name in names]
        operations = [operation for operation in operations if is_simple(operation)]
        if operations:
            yield service, chance.choice(operations)


def is_simple(operation):
    if operation.has_event_stream_output or operation.auth_type in ("none", "bearer", "smithy.api#noAuth"):
        return False
    shape = operation.input_shape
    return shape is None or all(
        shape.members[name].type_name in ("string", "integer", "long", "boolean") for name in shape.required_members
    )


def client(session, name, endpoint):
    config = Config(
        inject_host_prefix=False,
        parameter_validation=True,
        retries={"max_attempts": 0},
        s3={"addressing_style": "path"},
    )
    return session.create_client(name, region_name="us-east-1", endpoint_url=endpoint, config=config)


def read(client, operation):
    """How many pages, and the items on them as texts."""
    shape = operation.input_shape
    given = {name: least(name, shape.members[name]) for name in (shape.required_members if shape else [])}
    method = next(name for name, of in client.meta.method_to_api_mapping.items() if of == operation.name)
    if not client.can_paginate(method):
        getattr(client, method)(**given)
        return 1, []
    paginator = client.get_paginator(method)
    pages, items = 0, []
    for page in paginator.paginate(**given):
        pages += 1
        for key in paginator.result_keys:
            found = key.search(page)
            if isinstance(found, list):
                items += [f"{key.expression} {json.dumps(item, sort_keys=True, default=str)}" for item in found]
    if pages < 2:
        raise ValueError(f"{pages} pages")
    return pages, items


def least(name, shape):
    if shape.type_name == "string":
        if shape.enum:
            return shape.enum[0]
        if name == "TypeName":
            return "AWS::S3::Bucket"
        if name == "AccountId":
            return "123456789012"
        return "a" * max(shape.metadata.get("min", 1), 3)
    if shape.type_name == "boolean":
        return False
    return max(int(shape.metadata.get("min", 1)), 1)


if __name__ == "__main__":
    main()
