"""Makes many calls with boto3, and writes down what it takes from the answers.

    python calls.py --endpoint http://127.0.0.1:5555 --out calls.ndjson

First it makes what there is to see, in an account of its own. Then each line has service, operation, input and value,
as orgwide takes and gives them. Each call can be made again and has the same answer. Only loopback is accepted as
endpoint.
"""

import argparse
import io
import json
import pathlib
import sys
import zipfile

import boto3
from botocore.config import Config

from seed import loopback

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "botocore"))

from values import plain  # noqa: E402

REGION = "eu-west-1"
ACCOUNT = "210987654321"
ODD = "ümläut <&> \"quoted\" +%20"


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


TRUST = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
READ = policy(Action=["s3:Get*", "s3:List*"], Resource="*")
USER = {"AttributeName": "user", "AttributeType": "S"}
ITEM = {"user": {"S": "u1"}, "n": {"N": "12.5"}, "b": {"B": b"\x00\xff"}, "l": {"L": [{"BOOL": True}, {"NULL": True}]}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--endpoint", required=True, type=loopback)
    parser.add_argument("--out", required=True, help="the file to write, a call on each line")
    arguments = parser.parse_args()
    caller = Caller(arguments.endpoint)
    count = 0
    with open(arguments.out, "w", encoding="utf-8") as file:
        for service, operation, params in calls(caller, fill(caller)):
            file.write(json.dumps(caller.told(service, operation, params), ensure_ascii=False) + "\n")
            count += 1
    print(f"{count} calls")


class Caller:
    """Calls as the account."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.clients = {}
        self.keys = {"aws_access_key_id": "hub", "aws_secret_access_key": "x"}
        role = f"arn:aws:iam::{ACCOUNT}:role/OrganizationAccountAccessRole"
        made = self.call("sts", "AssumeRole", RoleArn=role, RoleSessionName="calls")["Credentials"]
        self.clients = {}
        self.keys = {
            "aws_access_key_id": made["AccessKeyId"],
            "aws_secret_access_key": made["SecretAccessKey"],
            "aws_session_token": made["SessionToken"],
        }

    def client(self, service):
        if service not in self.clients:
            config = Config(s3={"addressing_style": "path"}, proxies={})
            self.clients[service] = boto3.client(
                service, region_name=REGION, endpoint_url=self.endpoint, config=config, **self.keys
            )
        return self.clients[service]

    def call(self, service, operation, **params):
        return self.client(service)._make_api_call(operation, params)

    def told(self, service, operation, params):
        model = self.client(service).meta.service_model.operation_model(operation)
        answer = self.call(service, operation, **params)
        answer.pop("ResponseMetadata")
        if model.has_streaming_output:
            name = model.output_shape.serialization["payload"]
            answer[name] = answer[name].read()
        return {
            "service": service,
            "operation": operation,
            "input": plain(params, model.input_shape) if params else {},
            "value": plain(answer, model.output_shape) if model.output_shape else {},
        }


def fill(caller):
    """Makes what is looked at; the ids that are not known before."""
    call = caller.call
    ids = {}
    call("s3", "CreateBucket", Bucket="calls", CreateBucketConfiguration={"LocationConstraint": REGION})
    for key in ("plain", "a/../b c//ü+&", "folder/deep"):
        call("s3", "PutObject", Bucket="calls", Key=key, Body=b"\x00body", Metadata={"One": "1", "two-three": "23"})
    call("s3", "PutBucketTagging", Bucket="calls", Tagging={"TagSet": [{"Key": "k & <k>", "Value": ODD}]})
    call("s3", "PutBucketVersioning", Bucket="calls", VersioningConfiguration={"Status": "Enabled"})
    role = call("iam", "CreateRole", RoleName="caller", AssumeRolePolicyDocument=TRUST, Description="a <role> & more")
    ids["role"] = role["Role"]["Arn"]
    call("iam", "PutRolePolicy", RoleName="caller", PolicyName="inline", PolicyDocument=READ)
    ids["policy"] = call("iam", "CreatePolicy", PolicyName="managed", PolicyDocument=READ)["Policy"]["Arn"]
    call("iam", "CreateUser", UserName="someone", Tags=[{"Key": "k", "Value": "v"}])
    ids["queue"] = call("sqs", "CreateQueue", QueueName="q", Attributes={"DelaySeconds": "7"})["QueueUrl"]
    ids["topic"] = call("sns", "CreateTopic", Name="t", Tags=[{"Key": "k", "Value": "v"}])["TopicArn"]
    call(
        "dynamodb",
        "CreateTable",
        TableName="table",
        AttributeDefinitions=[USER],
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    call("dynamodb", "PutItem", TableName="table", Item=ITEM)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def run(event, context): return event")
    call(
        "lambda",
        "CreateFunction",
        FunctionName="f",
        Runtime="python3.12",
        Role=ids["role"],
        Handler="main.run",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"K": ODD}},
    )
    ids["zone"] = call("route53", "CreateHostedZone", Name="example.com.", CallerReference="1")["HostedZone"]["Id"]
    ids["key"] = call("kms", "CreateKey", Description=ODD)["KeyMetadata"]["KeyId"]
    call("kms", "CreateAlias", AliasName="alias/calls", TargetKeyId=ids["key"])
    call("secretsmanager", "CreateSecret", Name="secret", SecretString=ODD)
    call("ssm", "PutParameter", Name="/a/b", Value=ODD, Type="String")
    call("cloudwatch", "PutMetricAlarm", AlarmName="alarm", MetricName="m", Namespace="n", Statistic="Sum", Period=60,
         EvaluationPeriods=1, Threshold=1.5, ComparisonOperator="GreaterThanThreshold")
    call("logs", "CreateLogGroup", logGroupName="/group", tags={"k": "v"})
    call("logs", "CreateLogStream", logGroupName="/group", logStreamName="stream")
    call("events", "PutRule", Name="rule", ScheduleExpression="rate(5 minutes)")
    call("kinesis", "CreateStream", StreamName="stream", ShardCount=2)
    call("ecr", "CreateRepository", repositoryName="repo/name")
    call("ecs", "CreateCluster", clusterName="cluster", tags=[{"key": "k", "value": "v"}])
    call("eks", "CreateCluster", name="cluster", roleArn=ids["role"], resourcesVpcConfig={"subnetIds": []})
    call("iot", "CreateThing", thingName="thing:1", attributePayload={"attributes": {"k": "v"}})
    call("backup", "CreateBackupVault", BackupVaultName="vault", BackupVaultTags={"k": "v"})
    call("rds", "CreateDBInstance", DBInstanceIdentifier="db", DBInstanceClass="db.t3.micro", Engine="mysql",
         MasterUsername="root", MasterUserPassword="not-a-secret", AllocatedStorage=20)
    call("autoscaling", "CreateLaunchConfiguration", LaunchConfigurationName="launch", ImageId="ami-12c6146b",
         InstanceType="t3.micro")
    call("cloudtrail", "CreateTrail", Name="trail", S3BucketName="calls")
    call("elasticache", "CreateCacheCluster", CacheClusterId="cache", Engine="redis", NumCacheNodes=1,
         CacheNodeType="cache.t3.micro")
    ids["state"] = call("stepfunctions", "CreateStateMachine", name="machine", roleArn=ids["role"],
                        definition=json.dumps({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}))
    call("codecommit", "CreateRepository", repositoryName="repo", repositoryDescription=ODD)
    call("athena", "CreateWorkGroup", Name="group", Description="a & b")
    call("acm", "RequestCertificate", DomainName="example.com")
    call("efs", "CreateFileSystem", CreationToken="token", Tags=[{"Key": "k", "Value": "v"}])
    call("cognito-identity", "CreateIdentityPool", IdentityPoolName="pool", AllowUnauthenticatedIdentities=True)
    call("batch", "CreateComputeEnvironment", computeEnvironmentName="env", type="UNMANAGED", state="ENABLED",
         serviceRole=ids["role"])
    vpc = call("ec2", "CreateVpc", CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    call("ec2", "CreateTags", Resources=[vpc], Tags=[{"Key": "k & <k>", "Value": ODD}])
    ids["subnet"] = call("ec2", "CreateSubnet", VpcId=vpc, CidrBlock="10.1.1.0/24")["Subnet"]["SubnetId"]
    call("ec2", "RunInstances", ImageId="ami-12c6146b", MinCount=2, MaxCount=2, SubnetId=ids["subnet"])
    call("ec2", "CreateVolume", AvailabilityZone="eu-west-1a", Size=8, Encrypted=True)
    call("elbv2", "CreateLoadBalancer", Name="lb", Subnets=[ids["subnet"]], Type="network")
    call("ses", "VerifyEmailIdentity", EmailAddress="a@example.com")
    ids["vpc"] = vpc
    return ids


def calls(caller, ids):
    """What is asked: service, operation, input."""
    yield from [
        ("sts", "GetCallerIdentity", {}),
        ("ec2", "DescribeInstances", {}),
        ("ec2", "DescribeVpcs", {"Filters": [{"Name": "tag:k & <k>", "Values": [ODD]}]}),
        ("ec2", "DescribeSubnets", {"SubnetIds": [ids["subnet"]]}),
        ("ec2", "DescribeSecurityGroups", {"Filters": [{"Name": "vpc-id", "Values": [ids["vpc"]]}]}),
        ("ec2", "DescribeVolumes", {"MaxResults": 500}),
        ("ec2", "DescribeRegions", {"AllRegions": True}),
        ("s3", "ListBuckets", {}),
        ("s3", "ListObjectsV2", {"Bucket": "calls", "Prefix": ""}),
        ("s3", "ListObjectsV2", {"Bucket": "calls", "Delimiter": "/"}),
        ("s3", "ListObjectVersions", {"Bucket": "calls"}),
        ("s3", "GetObject", {"Bucket": "calls", "Key": "a/../b c//ü+&"}),
        ("s3", "HeadObject", {"Bucket": "calls", "Key": "folder/deep"}),
        ("s3", "GetBucketLocation", {"Bucket": "calls"}),
        ("s3", "GetBucketTagging", {"Bucket": "calls"}),
        ("s3", "GetBucketAcl", {"Bucket": "calls"}),
        ("iam", "GetRole", {"RoleName": "caller"}),
        ("iam", "GetRolePolicy", {"RoleName": "caller", "PolicyName": "inline"}),
        ("iam", "GetPolicyVersion", {"PolicyArn": ids["policy"], "VersionId": "v1"}),
        ("iam", "ListUsers", {}),
        ("iam", "GetAccountAuthorizationDetails", {"Filter": ["Role", "User", "LocalManagedPolicy"]}),
        ("sqs", "CreateQueue", {"QueueName": "q", "Attributes": {"DelaySeconds": "7"}}),
        ("sqs", "GetQueueAttributes", {"QueueUrl": ids["queue"], "AttributeNames": ["All"]}),
        ("sns", "GetTopicAttributes", {"TopicArn": ids["topic"]}),
        ("sns", "ListTagsForResource", {"ResourceArn": ids["topic"]}),
        ("dynamodb", "DescribeTable", {"TableName": "table"}),
        ("dynamodb", "GetItem", {"TableName": "table", "Key": {"user": {"S": "u1"}}}),
        ("dynamodb", "PutItem", {"TableName": "table", "Item": ITEM, "ReturnValues": "ALL_OLD"}),
        ("lambda", "ListFunctions", {}),
        ("lambda", "GetFunctionConfiguration", {"FunctionName": "f"}),
        ("route53", "ListHostedZones", {}),
        ("route53", "GetHostedZone", {"Id": ids["zone"]}),
        ("route53", "ListResourceRecordSets", {"HostedZoneId": ids["zone"]}),
        ("kms", "DescribeKey", {"KeyId": "alias/calls"}),
        ("kms", "ListAliases", {}),
        ("secretsmanager", "GetSecretValue", {"SecretId": "secret"}),
        ("secretsmanager", "ListSecrets", {}),
        ("ssm", "GetParametersByPath", {"Path": "/a", "Recursive": True}),
        ("cloudwatch", "DescribeAlarms", {}),
        ("logs", "DescribeLogGroups", {}),
        ("logs", "DescribeLogStreams", {"logGroupName": "/group"}),
        ("events", "ListRules", {}),
        ("kinesis", "DescribeStream", {"StreamName": "stream"}),
        ("ecr", "DescribeRepositories", {}),
        ("ecs", "DescribeClusters", {"clusters": ["cluster"], "include": ["TAGS"]}),
        ("eks", "DescribeCluster", {"name": "cluster"}),
        ("iot", "DescribeThing", {"thingName": "thing:1"}),
        ("iot", "ListThings", {}),
        ("backup", "ListBackupVaults", {}),
        ("rds", "DescribeDBInstances", {}),
        ("autoscaling", "DescribeLaunchConfigurations", {}),
        ("cloudtrail", "DescribeTrails", {}),
        ("elasticache", "DescribeCacheClusters", {}),
        ("stepfunctions", "ListStateMachines", {}),
        ("codecommit", "GetRepository", {"repositoryName": "repo"}),
        ("athena", "GetWorkGroup", {"WorkGroup": "group"}),
        ("acm", "ListCertificates", {}),
        ("efs", "DescribeFileSystems", {}),
        ("cognito-identity", "ListIdentityPools", {"MaxResults": 10}),
        ("batch", "DescribeComputeEnvironments", {}),
        ("elbv2", "DescribeLoadBalancers", {}),
        ("ses", "ListIdentities", {}),
        ("resourcegroupstaggingapi", "GetResources", {"ResourceTypeFilters": ["s3"]}),
    ]


if __name__ == "__main__":
    sys.exit(main())
