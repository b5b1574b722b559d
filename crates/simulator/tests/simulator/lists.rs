//! How the lists of the simulated resources are asked for and read, from the documentation of their services.

use std::collections::BTreeMap;

use http::Request;
use orgwide_simulator::Simulator;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use crate::support::{Key, send, signed};
use crate::tree::Node;

/// How an operation is spoken to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wire {
    /// A form with this version.
    Form(&'static str),
    /// JSON with what stands before the operation in its target.
    Json(&'static str),
    /// A path; parameters go into the query.
    Get(&'static str),
}

/// Where an item tells its tags.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tags {
    /// Not at all.
    None,
    /// As items with a key and a value, called so.
    Pairs(&'static str, &'static str, &'static str),
    /// As members.
    Map(&'static str),
}

/// A list, its items, and its pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct List {
    /// The service in the models, and where it differs the name it is signed for.
    pub(crate) service: &'static str,
    pub(crate) signed: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) wire: Wire,
    pub(crate) items: &'static str,
    /// Where in an item the id is; that part of it that stands behind the last slash, if this begins with one.
    pub(crate) id: &'static str,
    pub(crate) arn: Option<&'static str>,
    pub(crate) tags: Tags,
    /// The parameter and the member of the token; none for a list in one answer.
    pub(crate) token: Option<(&'static str, &'static str)>,
    /// What has to be asked with to get all that belongs to the account and nothing else.
    pub(crate) with: &'static [(&'static str, &'static str)],
}

const LIST: List = List {
    service: "",
    signed: "",
    operation: "",
    wire: Wire::Form(""),
    items: "",
    id: "",
    arn: None,
    tags: Tags::None,
    token: None,
    with: &[],
};

const TOKEN: Option<(&str, &str)> = Some(("NextToken", "NextToken"));
const LOWER_TOKEN: Option<(&str, &str)> = Some(("nextToken", "nextToken"));
const MARKER: Option<(&str, &str)> = Some(("Marker", "Marker"));
const NEXT_MARKER: Option<(&str, &str)> = Some(("Marker", "NextMarker"));

const fn ec2(operation: &'static str, items: &'static str, id: &'static str) -> List {
    List {
        service: "ec2",
        signed: "ec2",
        operation,
        wire: Wire::Form("2016-11-15"),
        items,
        id,
        tags: Tags::Pairs("tagSet/item", "key", "value"),
        token: Some(("NextToken", "nextToken")),
        ..LIST
    }
}

const fn form(service: &'static str, version: &'static str) -> List {
    List { service, signed: service, wire: Wire::Form(version), token: MARKER, ..LIST }
}

const fn json(service: &'static str, target: &'static str) -> List {
    List { service, signed: service, wire: Wire::Json(target), token: TOKEN, ..LIST }
}

const IAM: List = form("iam", "2010-05-08");
const RDS: List = List { tags: Tags::Pairs("TagList/Tag", "Key", "Value"), ..form("rds", "2014-10-31") };
const ELBV2: List =
    List { signed: "elasticloadbalancing", token: NEXT_MARKER, ..form("elbv2", "2015-12-01") };

/// Every list, but for that of ECS services, which needs the clusters first.
pub(crate) const LISTS: [List; 46] = [
    ec2("DescribeVolumes", "volumeSet/item", "volumeId"),
    List { with: &[("Owner.1", "self")], ..ec2("DescribeSnapshots", "snapshotSet/item", "snapshotId") },
    List { with: &[("Owner.1", "self")], ..ec2("DescribeImages", "imagesSet/item", "imageId") },
    List {
        arn: Some("securityGroupArn"),
        ..ec2("DescribeSecurityGroups", "securityGroupInfo/item", "groupId")
    },
    ec2("DescribeVpcs", "vpcSet/item", "vpcId"),
    List { arn: Some("subnetArn"), ..ec2("DescribeSubnets", "subnetSet/item", "subnetId") },
    ec2("DescribeNetworkInterfaces", "networkInterfaceSet/item", "networkInterfaceId"),
    List { token: None, ..ec2("DescribeAddresses", "addressesSet/item", "allocationId") },
    ec2("DescribeRouteTables", "routeTableSet/item", "routeTableId"),
    ec2("DescribeNatGateways", "natGatewaySet/item", "natGatewayId"),
    ec2("DescribeInternetGateways", "internetGatewaySet/item", "internetGatewayId"),
    ec2("DescribeVpcEndpoints", "vpcEndpointSet/item", "vpcEndpointId"),
    List {
        arn: Some("transitGatewayArn"),
        ..ec2("DescribeTransitGateways", "transitGatewaySet/item", "transitGatewayId")
    },
    List { operation: "ListUsers", items: "Users/member", id: "UserName", arn: Some("Arn"), ..IAM },
    List { operation: "ListRoles", items: "Roles/member", id: "RoleName", arn: Some("Arn"), ..IAM },
    List {
        operation: "ListPolicies",
        items: "Policies/member",
        id: "Arn",
        arn: Some("Arn"),
        with: &[("Scope", "Local")],
        ..IAM
    },
    List {
        operation: "DescribeDBInstances",
        items: "DBInstances/DBInstance",
        id: "DBInstanceIdentifier",
        arn: Some("DBInstanceArn"),
        ..RDS
    },
    List {
        operation: "DescribeDBClusters",
        items: "DBClusters/DBCluster",
        id: "DBClusterIdentifier",
        arn: Some("DBClusterArn"),
        ..RDS
    },
    List {
        operation: "DescribeDBSnapshots",
        items: "DBSnapshots/DBSnapshot",
        id: "DBSnapshotIdentifier",
        arn: Some("DBSnapshotArn"),
        ..RDS
    },
    List {
        service: "lambda",
        signed: "lambda",
        operation: "ListFunctions",
        wire: Wire::Get("/2015-03-31/functions"),
        items: "Functions/member",
        id: "FunctionName",
        arn: Some("FunctionArn"),
        token: NEXT_MARKER,
        ..LIST
    },
    List {
        operation: "ListTables",
        items: "TableNames/member",
        token: Some(("ExclusiveStartTableName", "LastEvaluatedTableName")),
        ..json("dynamodb", "DynamoDB_20120810")
    },
    List {
        operation: "ListClusters",
        items: "clusterArns/member",
        id: "/",
        arn: Some(""),
        token: LOWER_TOKEN,
        ..json("ecs", "AmazonEC2ContainerServiceV20141113")
    },
    List {
        service: "eks",
        signed: "eks",
        operation: "ListClusters",
        wire: Wire::Get("/clusters"),
        items: "clusters/member",
        token: LOWER_TOKEN,
        ..LIST
    },
    List {
        operation: "DescribeLoadBalancers",
        items: "LoadBalancers/member",
        id: "LoadBalancerArn",
        arn: Some("LoadBalancerArn"),
        ..ELBV2
    },
    List {
        operation: "DescribeTargetGroups",
        items: "TargetGroups/member",
        id: "TargetGroupArn",
        arn: Some("TargetGroupArn"),
        ..ELBV2
    },
    List {
        operation: "DescribeAutoScalingGroups",
        items: "AutoScalingGroups/member",
        id: "AutoScalingGroupName",
        arn: Some("AutoScalingGroupARN"),
        tags: Tags::Pairs("Tags/member", "Key", "Value"),
        token: TOKEN,
        ..form("autoscaling", "2011-01-01")
    },
    List {
        operation: "ListKeys",
        items: "Keys/member",
        id: "KeyId",
        arn: Some("KeyArn"),
        token: NEXT_MARKER,
        ..json("kms", "TrentService")
    },
    List {
        operation: "ListSecrets",
        items: "SecretList/member",
        id: "ARN",
        arn: Some("ARN"),
        tags: Tags::Pairs("Tags/member", "Key", "Value"),
        ..json("secretsmanager", "secretsmanager")
    },
    List {
        operation: "DescribeParameters",
        items: "Parameters/member",
        id: "Name",
        arn: Some("ARN"),
        ..json("ssm", "AmazonSSM")
    },
    List {
        operation: "ListTopics",
        items: "Topics/member",
        id: "TopicArn",
        arn: Some("TopicArn"),
        token: TOKEN,
        ..form("sns", "2010-03-31")
    },
    List {
        operation: "ListQueues",
        items: "QueueUrls/member",
        with: &[("MaxResults", "1000")],
        ..json("sqs", "AmazonSQS")
    },
    List {
        operation: "DescribeRepositories",
        items: "repositories/member",
        id: "repositoryName",
        arn: Some("repositoryArn"),
        token: LOWER_TOKEN,
        ..json("ecr", "AmazonEC2ContainerRegistry_V20150921")
    },
    List {
        operation: "ListCertificates",
        items: "CertificateSummaryList/member",
        id: "CertificateArn",
        arn: Some("CertificateArn"),
        with: &[("Includes", r#"{"keyTypes":["RSA_2048","RSA_4096","EC_prime256v1"]}"#)],
        ..json("acm", "CertificateManager")
    },
    List {
        operation: "DescribeLogGroups",
        items: "logGroups/member",
        id: "logGroupName",
        arn: Some("logGroupArn"),
        token: LOWER_TOKEN,
        ..json("logs", "Logs_20140328")
    },
    List {
        signed: "monitoring",
        operation: "DescribeAlarms",
        items: "MetricAlarms/member",
        id: "AlarmName",
        arn: Some("AlarmArn"),
        token: TOKEN,
        ..form("cloudwatch", "2010-08-01")
    },
    List {
        operation: "DescribeStacks",
        items: "Stacks/member",
        id: "StackId",
        arn: Some("StackId"),
        tags: Tags::Pairs("Tags/member", "Key", "Value"),
        token: TOKEN,
        ..form("cloudformation", "2010-05-15")
    },
    List {
        operation: "DescribeTrails",
        items: "trailList/member",
        id: "TrailARN",
        arn: Some("TrailARN"),
        token: None,
        with: &[("includeShadowTrails", "false")],
        ..json("cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101")
    },
    List {
        service: "guardduty",
        signed: "guardduty",
        operation: "ListDetectors",
        wire: Wire::Get("/detector"),
        items: "detectorIds/member",
        token: LOWER_TOKEN,
        ..LIST
    },
    List {
        operation: "DescribeConfigurationRecorders",
        items: "ConfigurationRecorders/member",
        id: "name",
        arn: Some("arn"),
        token: None,
        ..json("config", "StarlingDoveService")
    },
    List {
        operation: "DescribeCacheClusters",
        items: "CacheClusters/CacheCluster",
        id: "CacheClusterId",
        arn: Some("ARN"),
        ..form("elasticache", "2015-02-02")
    },
    List {
        service: "opensearch",
        signed: "es",
        operation: "ListDomainNames",
        wire: Wire::Get("/2021-01-01/domain"),
        items: "DomainNames/member",
        id: "DomainName",
        ..LIST
    },
    List {
        operation: "DescribeClusters",
        items: "Clusters/Cluster",
        id: "ClusterIdentifier",
        tags: Tags::Pairs("Tags/Tag", "Key", "Value"),
        ..form("redshift", "2012-12-01")
    },
    List {
        service: "efs",
        signed: "elasticfilesystem",
        operation: "DescribeFileSystems",
        wire: Wire::Get("/2015-02-01/file-systems"),
        items: "FileSystems/member",
        id: "FileSystemId",
        arn: Some("FileSystemArn"),
        tags: Tags::Pairs("Tags/member", "Key", "Value"),
        token: NEXT_MARKER,
        ..LIST
    },
    List {
        service: "apigateway",
        signed: "apigateway",
        operation: "GetRestApis",
        wire: Wire::Get("/restapis"),
        items: "item/member",
        id: "id",
        tags: Tags::Map("tags"),
        token: Some(("position", "position")),
        ..LIST
    },
    List {
        service: "route53",
        signed: "route53",
        operation: "ListHostedZones",
        wire: Wire::Get("/2013-04-01/hostedzone"),
        items: "HostedZones/HostedZone",
        id: "/Id",
        token: Some(("marker", "NextMarker")),
        ..LIST
    },
    List {
        service: "cloudfront",
        signed: "cloudfront",
        operation: "ListDistributions",
        wire: Wire::Get("/2020-05-31/distribution"),
        items: "Items/DistributionSummary",
        id: "Id",
        arn: Some("ARN"),
        token: NEXT_MARKER,
        ..LIST
    },
];

/// Services whose resources belong to no region.
pub(crate) const GLOBAL: [&str; 3] = ["iam", "route53", "cloudfront"];

/// What a plain reader makes of an item.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) id: String,
    /// None where the list does not tell them.
    pub(crate) arn: Option<String>,
    pub(crate) tags: Option<BTreeMap<String, String>>,
}

impl List {
    /// A request with these parameters.
    pub(crate) fn request(&self, key: &Key, region: &str, with: &[(&str, &str)]) -> Request<String> {
        ask(key, self.signed, region, self.wire, self.operation, with)
    }

    /// Where the members of the answer are.
    fn outside(&self) -> String {
        match self.wire {
            Wire::Form(_) if self.service != "ec2" => format!("{}Result/", self.operation),
            _ => String::new(),
        }
    }

    /// The items of a page, and the token of the next.
    pub(crate) fn page(&self, body: &str) -> (Vec<Found>, Option<String>) {
        let (answer, outside) = (Node::read(body), self.outside());
        let items = answer.all(&format!("{outside}{}", self.items));
        let token = self.token.and_then(|(_, token)| answer.text(&format!("{outside}{token}")));
        (items.into_iter().map(|item| self.found(item)).collect(), token)
    }

    fn found(&self, item: &Node) -> Found {
        let id = item.text(self.id.trim_start_matches('/')).unwrap();
        let last = || id.rsplit('/').next().unwrap().to_owned();
        let tags = match self.tags {
            Tags::None => None,
            Tags::Pairs(path, key, value) => Some(pairs(item, path, key, value)),
            Tags::Map(path) => {
                let entries = item.all(path).into_iter().flat_map(|map| &map.children);
                Some(entries.map(|entry| (entry.name.clone(), entry.text.clone())).collect())
            }
        };
        let arn = self.arn.map(|arn| item.text(arn).unwrap());
        Found { id: if self.id.starts_with('/') { last() } else { id }, arn, tags }
    }

    /// All items with these parameters, and on how many pages they were.
    pub(crate) async fn walk(
        &self,
        sim: &Simulator,
        key: &Key,
        region: &str,
        with: &[(&str, &str)],
    ) -> (Vec<Found>, usize) {
        let (mut found, mut token, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let mut with = with.to_vec();
            with.extend(self.token.zip(token.as_deref()).map(|((name, _), token)| (name, token)));
            let answer = send(sim, self.request(key, region, &with)).await;
            assert_eq!(answer.status, 200, "{} {with:?} {answer:?}", self.operation);
            assert!(!answer.body.contains(":null"), "{answer:?}");
            let (items, next) = self.page(&answer.body);
            found.extend(items);
            pages += 1;
            token = next;
            if token.is_none() {
                found.sort();
                return (found, pages);
            }
        }
    }
}

/// Tags written as items with a key and a value.
pub(crate) fn pairs(item: &Node, path: &str, key: &str, value: &str) -> BTreeMap<String, String> {
    let tags = item.all(path).into_iter();
    tags.map(|tag| (tag.text(key).unwrap(), tag.text(value).unwrap_or_default())).collect()
}

/// Text as a part of a path or query.
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A request to an operation. In JSON a parameter that reads as JSON is that, any other is text.
pub(crate) fn ask(
    key: &Key,
    service: &str,
    region: &str,
    wire: Wire,
    operation: &str,
    with: &[(&str, &str)],
) -> Request<String> {
    let request = signed(key, service, region);
    match wire {
        Wire::Form(version) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.append_pair("Action", operation).append_pair("Version", version).extend_pairs(with);
            request
                .method("POST")
                .uri("http://127.0.0.1/")
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.finish())
                .unwrap()
        }
        Wire::Json(target) => {
            // What SQS takes is called as in JSON 1.0, the others speak 1.1; none looks at it.
            let value = |text: &str| match text.starts_with(['{', '['])
                || text.parse::<i64>().is_ok()
                || ["true", "false"].contains(&text)
            {
                true => serde_json::from_str(text).unwrap(),
                false => Value::String(text.to_owned()),
            };
            let body: Map<String, Value> =
                with.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect();
            request
                .method("POST")
                .uri("http://127.0.0.1/")
                .header("content-type", "application/x-amz-json-1.1")
                .header("x-amz-target", format!("{target}.{operation}"))
                .body(Value::Object(body).to_string())
                .unwrap()
        }
        Wire::Get(path) => {
            let query: Vec<String> =
                with.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
            let uri = format!("http://127.0.0.1{path}?{}", query.join("&"));
            request.method("GET").uri(uri.trim_end_matches('?')).body(String::new()).unwrap()
        }
    }
}
