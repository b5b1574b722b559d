/// The parts of an ARN, the name of a resource: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arn {
    pub(super) partition: String,
    pub(super) service: String,
    /// Empty for what has no region.
    pub(super) region: String,
    /// Empty for what has no account.
    pub(super) account_id: String,
    /// What is between the colons and slashes of the rest.
    pub(super) resource_id: Vec<String>,
}

impl Arn {
    /// None for what is not an ARN, or has no partition, service or resource.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix("arn:")?.splitn(5, ':');
        let mut next = || parts.next().map(str::to_owned);
        let (partition, service, region, account_id) = (next()?, next()?, next()?, next()?);
        let resource = parts.next()?;
        if partition.is_empty() || service.is_empty() || resource.is_empty() {
            return None;
        }
        let resource_id = resource.split([':', '/']).map(str::to_owned).collect();
        Some(Self { partition, service, region, account_id, resource_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_comes_apart_at_colons_and_its_resource_at_slashes_too() {
        let arn = Arn::parse("arn:aws-cn:s3:cn-north-1:012345678901:accesspoint/my/own:thing").unwrap();
        assert_eq!((arn.partition.as_str(), arn.service.as_str()), ("aws-cn", "s3"));
        assert_eq!((arn.region.as_str(), arn.account_id.as_str()), ("cn-north-1", "012345678901"));
        assert_eq!(arn.resource_id, ["accesspoint", "my", "own", "thing"]);
    }

    #[test]
    fn region_and_account_may_be_empty_and_so_may_parts_of_the_resource() {
        let arn = Arn::parse("arn:aws:iam:::role::").unwrap();
        assert_eq!((arn.region.as_str(), arn.account_id.as_str()), ("", ""));
        assert_eq!(arn.resource_id, ["role", "", ""]);
    }

    #[test]
    fn what_lacks_a_part_is_no_arn() {
        for odd in [
            "",
            "arn",
            "asdf",
            "arn:aws:s3:r:a",
            "arn:aws:s3:r:a:",
            "arn::s3:r:a:x",
            "arn:aws::r:a:x",
            "ARN:a:b:c:d:e",
        ] {
            assert_eq!(Arn::parse(odd), None, "{odd}");
        }
    }
}
