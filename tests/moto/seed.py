"""Fills a moto server with an organization, and writes down what is in it.

    python seed.py --endpoint http://127.0.0.1:5555 --truth truth.json

The truth is what the tests compare with: accounts with their names, buckets and instances. Moto is
reset and its ids are seeded first, so the same arguments always give the same organization.
Only loopback is accepted as endpoint.
"""

import argparse
import ipaddress
import json
import sys
import urllib.parse
import urllib.request

import boto3
from botocore.config import Config

ROLE = "OrganizationAccountAccessRole"
IMAGE = "ami-12c6146b"
ID_SEED = 20190320

# Names that break whoever trusts them: a spreadsheet, a page, a terminal, a path, a parser.
# Organizations itself takes only printable ASCII; moto takes all, so this asks more than AWS would.
NAMES = [
    "=cmd|' /C calc'!A0",
    '<script>alert("1")</script>',
    "line\none\ttab",
    "\x1b[31mred\x1b[0m",
    "émoji-🚀-\u202eevil",
    "00123",
    "dup",
    "dup",
    "../../etc/passwd, and more ",
    "x" * 50,
    "C:\\name\\new",
    "{{7*7}} ${HOME} $(id) `id`",
    "NULL",
    "1e9",
    "cr\rhere",
    "zero\u200bwidth",
    "%n%s",
]

# How many instances each reservation of a cell has; cells take these in turn. None at all is one of them.
CELLS = [[3], [], [1, 1, 1], [2, 1], [7]]


def main():
    arguments = parse_arguments()
    post(arguments.endpoint, "/moto-api/reset")
    post(arguments.endpoint, f"/moto-api/seed?a={ID_SEED}")
    truth = fill(arguments)
    with open(arguments.truth, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
        file.write("\n")
    print("seeded:", ", ".join(f"{count} {what}" for what, count in truth["totals"].items()))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, type=loopback)
    parser.add_argument("--truth", required=True, help="the JSON file to write")
    parser.add_argument("--accounts", type=int, default=10, help="members, the last of which is closed")
    parser.add_argument("--regions", default="us-east-1,eu-west-1,ap-southeast-2")
    # Moto pages by reservation, and the largest page DescribeInstances allows is 1,000.
    parser.add_argument("--reservations", type=int, default=1020, help="in the cell that takes several pages")
    return parser.parse_args()


def loopback(endpoint):
    host = urllib.parse.urlparse(endpoint).hostname or ""
    try:
        if ipaddress.ip_address(host).is_loopback:
            return endpoint
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{host!r} is not a loopback address")


def post(endpoint, path):
    urllib.request.urlopen(urllib.request.Request(endpoint + path, method="POST"), timeout=30).close()


def fill(arguments):
    endpoint, regions = arguments.endpoint, arguments.regions.split(",")
    organizations = client(endpoint, "organizations")
    organization = organizations.create_organization(FeatureSet="ALL")["Organization"]
    management = organization["MasterAccountId"]
    listed = organizations.describe_account(AccountId=management)["Account"]
    accounts = [{"id": management, "name": listed["Name"], "email": listed["Email"], "status": "ACTIVE"}]
    for index in range(arguments.accounts):
        name = NAMES[index] if index < len(NAMES) else f"member {index}"
        email = f"aws+{index:05d}@example.com"
        made = organizations.create_account(AccountName=name, Email=email)["CreateAccountStatus"]
        accounts.append({"id": made["AccountId"], "name": name, "email": email, "status": "ACTIVE"})

    place(organizations, accounts)
    sts = client(endpoint, "sts")
    cell = 0
    for account in accounts:
        credentials = None
        if account["id"] != management:
            role = f"arn:aws:iam::{account['id']}:role/{ROLE}"
            credentials = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        account["buckets"] = buckets(client(endpoint, "s3", credentials=credentials), account["id"])
        account["instances"], account["instance_names"] = {}, {}
        for region in regions:
            sizes = CELLS[cell % len(CELLS)]
            if cell == len(regions):  # The first region of the first member: more than one page.
                sizes = [1] * arguments.reservations
            names = instances(client(endpoint, "ec2", region, credentials), sizes, account["name"])
            account["instances"][region] = sorted(names)
            account["instance_names"].update(names)
            cell += 1
    if arguments.accounts:
        closed = accounts[-1]
        organizations.close_account(AccountId=closed["id"])
        closed["status"] = "SUSPENDED"
    return {
        "management_account": management,
        "role": ROLE,
        "regions": regions,
        "accounts": accounts,
        "totals": {
            "accounts": len(accounts),
            "buckets": sum(len(account["buckets"]) for account in accounts),
            "instances": sum(len(account["instance_names"]) for account in accounts),
        },
    }


def place(organizations, accounts):
    """Puts accounts in units, of which some are in others, and tags some of them."""
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = {"": root}
    for path in ["Workloads", "Workloads/Prod", "Sandbox"]:
        parent, _, name = path.rpartition("/")
        made = organizations.create_organizational_unit(ParentId=units[parent], Name=name)
        units[path] = made["OrganizationalUnit"]["Id"]
    paths = list(units)
    for index, account in enumerate(accounts):
        path = paths[index % len(paths)]
        if path:
            organizations.move_account(
                AccountId=account["id"], SourceParentId=root, DestinationParentId=units[path]
            )
        tags = [{}, {"env": "prod"}, {"env": "prod", "team": "a b"}][index % 3]
        if tags:
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            organizations.tag_resource(ResourceId=account["id"], Tags=listed)
        account["unit"], account["unit_id"], account["tags"] = path, units[path], tags


def client(endpoint, service, region="us-east-1", credentials=None):
    credentials = credentials or {"AccessKeyId": "hub", "SecretAccessKey": "x", "SessionToken": None}
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=Config(s3={"addressing_style": "path"}, proxies={}),
    )


def buckets(s3, account):
    """Two buckets; names are unique over all accounts."""
    names = [f"logs-{account}", f"a.dotted-name.{account}"]
    for name in names:
        s3.create_bucket(Bucket=name)
    return sorted(names)


def instances(ec2, sizes, account_name):
    """One RunInstances, hence one reservation, per size; the ids with the names their tags give."""
    names = {}
    for number, size in enumerate(sizes):
        # Moto writes control characters raw into its XML, which no parser reads then.
        name = "".join(c for c in f"{number}: {account_name}" if c >= " ")
        tags = [{"Key": "Name", "Value": name}, {"Key": "team & <unit>", "Value": ""}]
        made = ec2.run_instances(
            ImageId=IMAGE,
            InstanceType="t3.micro",
            MinCount=size,
            MaxCount=size,
            TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
        )
        names.update({instance["InstanceId"]: name for instance in made["Instances"]})
    return names


if __name__ == "__main__":
    sys.exit(main())
