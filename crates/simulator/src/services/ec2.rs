//! Elastic Compute Cloud.

use crate::account::Account;
use crate::clock::rfc3339;
use crate::instance::{Instance, Instances, State};
use crate::refusal::Refusal;
use crate::region::OptIn;
use crate::reply::Reply;
use crate::services::Context;
use crate::xml::Xml;

const NAMESPACE: &str = "http://ec2.amazonaws.com/doc/2016-11-15/";

pub(crate) fn describe_regions(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["Action", "Version", "AllRegions", "DryRun"])?;
    let all = flag(context, "AllRegions")?;
    dry_run(context)?;
    let mut xml = Xml::new();
    xml.root("DescribeRegionsResponse", NAMESPACE, |xml| {
        xml.text("requestId", context.request_id);
        xml.element("regionInfo", |xml| {
            let shown = context.world.regions.iter().filter(|r| all || r.opt_in != OptIn::NotOptedIn);
            for region in shown {
                xml.element("item", |xml| {
                    xml.text("regionName", &region.name);
                    xml.text("regionEndpoint", &format!("ec2.{}.amazonaws.com", region.name));
                    xml.text("optInStatus", region.opt_in.ec2());
                });
            }
        });
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

pub(crate) fn describe_instances(context: &Context<'_>) -> Result<Reply, Refusal> {
    context.only(&["Action", "Version", "MaxResults", "NextToken", "DryRun", "IncludeManagedResources"])?;
    dry_run(context)?;
    // No other service manages an instance here.
    flag(context, "IncludeManagedResources")?;
    let account = context.account();
    let instances = context.world.instances(account, context.call.region());
    let size = page_size(context)?.unwrap_or(usize::MAX);
    let token = context.params.get("NextToken");
    let listing = ["DescribeInstances", &account.id, context.call.region()];
    let (range, next) = context
        .pages(&listing)
        .cut(instances.len(), size, token)
        .ok_or_else(|| wrong_value("nextToken", token.unwrap_or_default(), "The token is invalid."))?;

    let mut xml = Xml::new();
    xml.root("DescribeInstancesResponse", NAMESPACE, |xml| {
        xml.text("requestId", context.request_id);
        xml.element("reservationSet", |xml| reservations(xml, account, &instances, range));
        if let Some(token) = &next {
            xml.text("nextToken", token);
        }
    });
    Ok(Reply::xml(context.call.protocol, xml))
}

/// Pages count instances, so a reservation may go on with the next page.
fn reservations(xml: &mut Xml, account: &Account, instances: &Instances, range: std::ops::Range<usize>) {
    let page: Vec<Instance> = range.map(|number| instances.get(number)).collect();
    for group in page.chunk_by(|a, b| a.reservation == b.reservation) {
        xml.element("item", |xml| {
            xml.text("reservationId", &group[0].reservation);
            xml.text("ownerId", &account.id);
            xml.element("groupSet", |_| ());
            xml.element("instancesSet", |xml| {
                for (index, instance) in group.iter().enumerate() {
                    xml.element("item", |xml| describe(xml, account, instance, index));
                }
            });
        });
    }
}

fn describe(xml: &mut Xml, account: &Account, instance: &Instance, launch_index: usize) {
    let network = instance.network.as_ref();
    let host = |ip: &str| format!("ip-{}.ec2.internal", ip.replace('.', "-"));
    xml.text("instanceId", &instance.id);
    xml.text("imageId", &instance.image);
    xml.element("instanceState", |xml| {
        xml.text("code", instance.state.code());
        xml.text("name", instance.state.name());
    });
    xml.text("privateDnsName", &network.map(|n| host(&n.private)).unwrap_or_default());
    xml.text("dnsName", "");
    xml.text("reason", "");
    xml.text("amiLaunchIndex", &launch_index.to_string());
    xml.element("productCodes", |_| ());
    xml.text("instanceType", instance.kind);
    xml.text("launchTime", &rfc3339(instance.launched).replace('Z', ".000Z"));
    xml.element("placement", |xml| {
        xml.text("availabilityZone", &instance.zone);
        xml.text("groupName", "");
        xml.text("tenancy", "default");
    });
    xml.element("monitoring", |xml| xml.text("state", "disabled"));
    if let Some(network) = network {
        xml.text("subnetId", &network.subnet);
        xml.text("vpcId", &network.vpc);
        xml.text("privateIpAddress", &network.private);
        if let Some(public) = &network.public {
            xml.text("ipAddress", public);
        }
        xml.text("sourceDestCheck", "true");
    }
    xml.element("groupSet", |xml| {
        if let Some(network) = network {
            xml.element("item", |xml| {
                xml.text("groupId", &network.group);
                xml.text("groupName", "default");
            });
        }
    });
    xml.text("architecture", if instance.kind.contains("7g.") { "arm64" } else { "x86_64" });
    xml.text("rootDeviceType", "ebs");
    xml.text("rootDeviceName", "/dev/xvda");
    xml.element("blockDeviceMapping", |xml| {
        // The volume goes with the instance.
        if instance.state != State::Terminated {
            xml.element("item", |xml| {
                xml.text("deviceName", "/dev/xvda");
                xml.element("ebs", |xml| {
                    xml.text("volumeId", &instance.volume);
                    xml.text("status", "attached");
                    xml.text("attachTime", &rfc3339(instance.launched).replace('Z', ".000Z"));
                    xml.text("deleteOnTermination", "true");
                });
            });
        }
    });
    xml.text("virtualizationType", "hvm");
    xml.text("clientToken", "");
    if !instance.tags.is_empty() {
        xml.element("tagSet", |xml| {
            for (key, value) in &instance.tags {
                xml.element("item", |xml| {
                    xml.text("key", key);
                    xml.text("value", value);
                });
            }
        });
    }
    xml.text("hypervisor", "xen");
    xml.element("networkInterfaceSet", |_| ());
    if let Some(profile) = instance.profile {
        xml.element("iamInstanceProfile", |xml| {
            xml.text("arn", &format!("arn:aws:iam::{}:instance-profile/{profile}", account.id));
            xml.text("id", &format!("AIPASIMULATED{:0>8}", profile.to_ascii_uppercase()));
        });
    }
    xml.text("ebsOptimized", "false");
    xml.text("enaSupport", "true");
    xml.text("platformDetails", "Linux/UNIX");
}

fn page_size(context: &Context<'_>) -> Result<Option<usize>, Refusal> {
    let Some(text) = context.params.get("MaxResults") else { return Ok(None) };
    match text.parse::<i64>() {
        Ok(size @ 5..=1_000) => Ok(usize::try_from(size).ok()),
        Ok(..5) => Err(wrong_value("maxResults", text, "Expecting a value greater than 5.")),
        Ok(_) => Err(wrong_value("maxResults", text, "Expecting a value less than or equal to 1000.")),
        Err(_) => Err(wrong_value("maxResults", text, "Expecting a number.")),
    }
}

fn flag(context: &Context<'_>, name: &str) -> Result<bool, Refusal> {
    match context.params.get(name) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(wrong_value(name, other, "Expecting true or false.")),
    }
}

fn dry_run(context: &Context<'_>) -> Result<(), Refusal> {
    if flag(context, "DryRun")? {
        let message = "Request would have succeeded, but DryRun flag is set.";
        return Err(Refusal::new(412, "DryRunOperation", message));
    }
    Ok(())
}

fn wrong_value(parameter: &str, value: &str, rule: &str) -> Refusal {
    let message = format!("Value ( {value} ) for parameter {parameter} is invalid. {rule}");
    Refusal::new(400, "InvalidParameterValue", message)
}
