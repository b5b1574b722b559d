"""A moto server of its own, filled with resources of many types, until stdin ends.

    python resources.py --truth truth.json [--actions actions.json]

The first line it prints is the address it listens on. The truth is what the tests compare with: a row for each
resource, with what AWS's documentation says its type, id, ARN, name and tags are. With --actions the server
checks permissions from then on: each account has a role `Inventory` that is allowed these actions and nothing
else, and the caller's key (in the truth) is allowed to enter it.
"""

import argparse
import io
import json
import logging
import sys
import urllib.request
import zipfile

import boto3
from botocore.config import Config
from moto import settings
from moto.server import ThreadedMotoServer

ROLE = "OrganizationAccountAccessRole"
READER = "Inventory"
REGIONS = ["us-east-1", "eu-west-1"]
ID_SEED = 20190321
# Tag values that break whoever trusts them.
TAGS = {"Name": "=1+1 <b>", "team & <unit>": "", "stage": "prod, blue"}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--truth", required=True, help="the JSON file to write")
    parser.add_argument("--actions", help="a JSON list of what the role may do; permissions are checked then")
    arguments = parser.parse_args()

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    post(endpoint, f"/moto-api/seed?a={ID_SEED}")
    truth = fill(endpoint)
    if arguments.actions:
        with open(arguments.actions, encoding="utf-8") as file:
            truth["caller"] = restrict(endpoint, truth["accounts"], json.load(file))
        # In this process as well as the server's: they are the same.
        settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    with open(arguments.truth, "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=1)
    print(f"{host}:{port}", flush=True)
    sys.stdin.read()
    server.stop()


def post(endpoint, path, body=None):
    urllib.request.urlopen(urllib.request.Request(endpoint + path, data=body, method="POST"), timeout=30).close()


def client(endpoint, service, region="us-east-1", credentials=None):
    keys = credentials or {"AccessKeyId": "seed", "SecretAccessKey": "seed", "SessionToken": None}
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(s3={"addressing_style": "path"}),
    )


def fill(endpoint):
    organizations = client(endpoint, "organizations")
    management = organizations.create_organization(FeatureSet="ALL")["Organization"]["MasterAccountId"]
    accounts = [management]
    for index in range(2):
        made = organizations.create_account(AccountName=f"member {index}", Email=f"aws+{index}@example.com")
        accounts.append(made["CreateAccountStatus"]["AccountId"])
    sts = client(endpoint, "sts")
    rows = []
    for number, account in enumerate(accounts):
        credentials = None
        if account != management:
            role = f"arn:aws:iam::{account}:role/{ROLE}"
            credentials = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        rows += Place(endpoint, account, "global", credentials, number).of_account()
        for region in REGIONS:
            rows += Place(endpoint, account, region, credentials, number).of_region()
    return {"accounts": accounts, "regions": REGIONS, "rows": rows}


def listed(tags, key="Key", value="Value"):
    return [{key: name, value: text} for name, text in tags.items()]


class Place:
    """One account in one region, and what is made there."""

    def __init__(self, endpoint, account, region, credentials, number):
        self.endpoint, self.account, self.region = endpoint, account, region
        self.credentials, self.number = credentials, number
        # Not as many of everything everywhere.
        self.count = 1 + (number + REGIONS.index(region) if region in REGIONS else number) % 3

    def client(self, service):
        region = self.region if self.region in REGIONS else "us-east-1"
        return client(self.endpoint, service, region, self.credentials)

    def arn(self, service, rest, region=None, account=None):
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:aws:{service}:{region}:{account}:{rest}"

    def row(self, kind, id, arn, name, tags):
        """Tags are None where the list of the type does not tell them."""
        return {
            "account_id": self.account,
            "region": self.region,
            "type": kind,
            "id": id,
            "arn": arn,
            "name": name,
            "tags": tags,
        }

    def names(self, word):
        return [f"{word}-{self.number}-{number}" for number in range(self.count)]

    def of_account(self):
        iam, route53, s3 = self.client("iam"), self.client("route53"), self.client("s3")
        for name in self.names("user"):
            arn = iam.create_user(UserName=name, Path="/people/")["User"]["Arn"]
            yield self.row("iam:user", name, arn, name, None)
        nothing = {"Effect": "Deny", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
        for name in self.names("policy"):
            arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
            yield self.row("iam:policy", arn, self.arn("iam", f"policy/{name}", ""), name, None)
        for name in self.names("bucket"):
            s3.create_bucket(Bucket=name)
            yield self.row("s3:bucket", name, f"arn:aws:s3:::{name}", name, None)
        for name in self.names("zone"):
            zone = route53.create_hosted_zone(Name=f"{name}.example.", CallerReference=name)["HostedZone"]
            id = zone["Id"].removeprefix("/hostedzone/")
            yield self.row("route53:hostedzone", id, f"arn:aws:route53:::hostedzone/{id}", f"{name}.example.", None)

    def of_region(self):
        for make in [
            self.volumes,
            self.network,
            self.databases,
            self.tables,
            self.queues,
            self.topics,
            self.keys,
            self.secrets,
            self.parameters,
            self.log_groups,
            self.alarms,
            self.repositories,
            self.clusters,
            self.functions,
            self.file_systems,
        ]:
            yield from make()

    def volumes(self):
        ec2 = self.client("ec2")
        tags = [{"ResourceType": "volume", "Tags": listed(TAGS)}]
        for number in range(self.count):
            tagged = number % 2 == 0
            made = ec2.create_volume(
                AvailabilityZone=f"{self.region}a", Size=8, **({"TagSpecifications": tags} if tagged else {})
            )
            id, known = made["VolumeId"], TAGS if tagged else {}
            yield self.row("ec2:volume", id, self.arn("ec2", f"volume/{id}"), known.get("Name"), known)
            # Snapshots may be anybody's: their ARNs name no account.
            snapshot = ec2.create_snapshot(VolumeId=id, Description="one of ours")["SnapshotId"]
            yield self.row("ec2:snapshot", snapshot, self.arn("ec2", f"snapshot/{snapshot}", account=""), None, {})

    def network(self):
        ec2 = self.client("ec2")
        # Every account begins with networks in every region, which are as good as any.
        for kind, resource, found, key in [
            ("ec2:vpc", "vpc", ec2.describe_vpcs()["Vpcs"], "VpcId"),
            ("ec2:subnet", "subnet", ec2.describe_subnets()["Subnets"], "SubnetId"),
        ]:
            for item in found:
                id = item[key]
                yield self.row(kind, id, self.arn("ec2", f"{resource}/{id}"), None, {})
        for _ in range(self.count):
            id = ec2.allocate_address(Domain="vpc")["AllocationId"]
            yield self.row("ec2:elastic-ip", id, self.arn("ec2", f"elastic-ip/{id}"), None, {})

    def databases(self):
        rds = self.client("rds")
        for name in self.names("db"):
            rds.create_db_instance(
                DBInstanceIdentifier=name,
                DBInstanceClass="db.t3.micro",
                Engine="postgres",
                AllocatedStorage=10,
                MasterUsername="someone",
                MasterUserPassword="no-secret-at-all",
                Tags=listed(TAGS),
            )
            yield self.row("rds:db", name, self.arn("rds", f"db:{name}"), name, TAGS)

    def tables(self):
        dynamodb = self.client("dynamodb")
        for name in self.names("table"):
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            yield self.row("dynamodb:table", name, self.arn("dynamodb", f"table/{name}"), name, None)

    def queues(self):
        sqs = self.client("sqs")
        for name in self.names("queue"):
            url = sqs.create_queue(QueueName=name)["QueueUrl"]
            yield self.row("sqs:queue", url, self.arn("sqs", name), name, None)

    def topics(self):
        sns = self.client("sns")
        for name in self.names("topic"):
            arn = sns.create_topic(Name=name)["TopicArn"]
            yield self.row("sns:topic", arn, self.arn("sns", name), name, None)

    def keys(self):
        kms = self.client("kms")
        for _ in range(self.count):
            id = kms.create_key()["KeyMetadata"]["KeyId"]
            yield self.row("kms:key", id, self.arn("kms", f"key/{id}"), None, None)

    def secrets(self):
        manager = self.client("secretsmanager")
        for name in self.names("secret"):
            arn = manager.create_secret(Name=name, SecretString="canary", Tags=listed(TAGS))["ARN"]
            yield self.row("secretsmanager:secret", arn, arn, name, TAGS)

    def parameters(self):
        ssm = self.client("ssm")
        for name in self.names("/app/parameter"):
            ssm.put_parameter(Name=name, Value="canary", Type="String")
            # Moto does not tell their ARNs in the list.
            yield self.row("ssm:parameter", name, None, name, None)

    def log_groups(self):
        logs = self.client("logs")
        for name in self.names("/aws/group"):
            logs.create_log_group(logGroupName=name)
            yield self.row("logs:log-group", name, self.arn("logs", f"log-group:{name}"), name, None)

    def alarms(self):
        cloudwatch = self.client("cloudwatch")
        for name in self.names("alarm"):
            cloudwatch.put_metric_alarm(
                AlarmName=name,
                MetricName="CPUUtilization",
                Namespace="AWS/EC2",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1.0,
                Statistic="Average",
                ComparisonOperator="GreaterThanThreshold",
            )
            yield self.row("cloudwatch:alarm", name, self.arn("cloudwatch", f"alarm:{name}"), name, None)

    def repositories(self):
        ecr = self.client("ecr")
        for name in self.names("repository"):
            ecr.create_repository(repositoryName=name)
            yield self.row("ecr:repository", name, self.arn("ecr", f"repository/{name}"), name, None)

    def clusters(self):
        ecs = self.client("ecs")
        for name in self.names("cluster"):
            ecs.create_cluster(clusterName=name)
            yield self.row("ecs:cluster", name, self.arn("ecs", f"cluster/{name}"), name, None)

    def functions(self):
        functions, iam = self.client("lambda"), self.client("iam")
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "def handler(event, context): pass")
        role = f"function-{self.region}"
        trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = iam.create_role(RoleName=role, AssumeRolePolicyDocument=document)["Role"]["Arn"]
        for name in self.names("function"):
            functions.create_function(
                FunctionName=name,
                Runtime="python3.13",
                Role=arn,
                Handler="main.handler",
                Code={"ZipFile": code.getvalue()},
            )
            yield self.row("lambda:function", name, self.arn("lambda", f"function:{name}"), name, None)

    def file_systems(self):
        efs = self.client("efs")
        for number in range(self.count):
            made = efs.create_file_system(CreationToken=f"{self.account}{self.region}{number}", Tags=listed(TAGS))
            id = made["FileSystemId"]
            arn = self.arn("elasticfilesystem", f"file-system/{id}")
            yield self.row("elasticfilesystem:file-system", id, arn, TAGS["Name"], TAGS)


def restrict(endpoint, accounts, actions):
    """Roles that may do what is listed, and a caller who may enter them."""
    allowed = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    sts = client(endpoint, "sts")
    for account in accounts[1:]:
        role = f"arn:aws:iam::{account}:role/{ROLE}"
        credentials = sts.assume_role(RoleArn=role, RoleSessionName="seed")["Credentials"]
        iam = client(endpoint, "iam", credentials=credentials)
        trust = {"Effect": "Allow", "Principal": {"AWS": accounts[0]}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        iam.create_role(RoleName=READER, AssumeRolePolicyDocument=trust)
        iam.put_role_policy(RoleName=READER, PolicyName="read", PolicyDocument=document)
    iam = client(endpoint, "iam")
    iam.create_user(UserName="caller")
    enter = {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:GetCallerIdentity"], "Resource": "*"}
    own = {"Version": "2012-10-17", "Statement": [enter]}
    iam.put_user_policy(UserName="caller", PolicyName="enter", PolicyDocument=json.dumps(own))
    key = iam.create_access_key(UserName="caller")["AccessKey"]
    return {"key": key["AccessKeyId"], "secret": key["SecretAccessKey"]}


if __name__ == "__main__":
    main()
