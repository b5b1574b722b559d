//! iam:ListAccountAliases as one raw operation: the IAM client would be far heavier than all else here.

use orgwide_names::{Partition, RegionName};
use orgwide_session::{Call, Failure, RawClient, RawError, RawRequest, Signing};
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::Event;

use crate::Account;

/// The account's aliases. AWS allows one, so the answer is one page.
pub(crate) async fn aliases(account: &Account) -> Result<Vec<String>, Failure> {
    let session = account.session();
    let call = Call::new("iam", "ListAccountAliases").at(account.id(), &RegionName::global());
    let config = session.config();
    let client = RawClient::new(&config);
    let (own, region) = endpoint(session.partition(), config.use_fips() == Some(true));
    let endpoint = client.configured_endpoint("IAM").unwrap_or(own);
    let body = "Action=ListAccountAliases&Version=2010-05-08";
    let mut request =
        RawRequest::post("IAM", "ListAccountAliases", endpoint, Signing::v4("iam", region), body);
    request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".to_owned()));
    let send = client.send(request, |answer| {
        if answer.is_success() { Ok(answer.body) } else { Err(RawError::in_text(&answer)) }
    });
    let answer = send.await.map_err(|error| Failure::of(&error, call.clone()))?;
    read(&answer).ok_or_else(|| Failure::not_from_aws(call, "the answer is not a list of aliases"))
}

/// IAM's one endpoint in a partition, and the region that is signed for there, as AWS's endpoint rules have it.
fn endpoint(partition: Partition, fips: bool) -> (String, String) {
    let (suffix, implicit) = (partition.dns_suffix(), partition.implicit_region().to_string());
    let host = if fips { "iam-fips" } else { "iam" };
    match partition.id() {
        "aws" => (format!("https://{host}.{suffix}"), implicit),
        // Its one endpoint is certified.
        "aws-us-gov" => (format!("https://iam.us-gov.{suffix}"), implicit),
        "aws-cn" => (format!("https://iam.cn-north-1.{suffix}"), "cn-north-1".to_owned()),
        _ => (format!("https://{host}.{implicit}.{suffix}"), implicit),
    }
}

/// The aliases in the answer; none if it is not one, or not whole.
fn read(xml: &[u8]) -> Option<Vec<String>> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).ok()?);
    let (mut aliases, mut in_member, mut is_whole) = (Vec::new(), false, false);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => in_member = start.local_name().as_ref() == "member",
            Event::Text(text) if in_member => {
                let text: &str = &text;
                aliases.push(unescape(text).ok()?.into_owned());
            }
            Event::Empty(empty) => is_whole |= empty.local_name().as_ref() == "AccountAliases",
            Event::End(end) => {
                in_member = false;
                is_whole |= end.local_name().as_ref() == "AccountAliases";
            }
            Event::Eof => break,
            _ => {}
        }
    }
    is_whole.then_some(aliases)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_read_and_none_is_an_answer_too() {
        let answer = |inner: &str| {
            let xml = format!(
                r#"<ListAccountAliasesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListAccountAliasesResult>
                <IsTruncated>false</IsTruncated>{inner}</ListAccountAliasesResult>
                <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></ListAccountAliasesResponse>"#
            );
            read(xml.as_bytes())
        };
        let one = answer("<AccountAliases>\n <member>my-shop</member>\n</AccountAliases>");
        assert_eq!(one.unwrap(), ["my-shop"]);
        assert_eq!(answer("<AccountAliases/>").unwrap(), [""; 0]);
        assert_eq!(answer("<AccountAliases></AccountAliases>").unwrap(), [""; 0]);
        assert_eq!(answer(""), None);
        assert_eq!(read(b"<AccountAliases><member>my-"), None);
        assert_eq!(read(b"<html>sign in</html>"), None);
    }

    /// As the rules in botocore's data say.
    #[test]
    fn each_partition_has_its_own_endpoint_and_region() {
        for (partition, fips, url, region) in [
            ("aws", false, "https://iam.amazonaws.com", "us-east-1"),
            ("aws", true, "https://iam-fips.amazonaws.com", "us-east-1"),
            ("aws-us-gov", false, "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            ("aws-us-gov", true, "https://iam.us-gov.amazonaws.com", "us-gov-west-1"),
            ("aws-cn", false, "https://iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            ("aws-iso", false, "https://iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
            ("aws-iso", true, "https://iam-fips.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
            ("aws-iso-b", false, "https://iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
            ("aws-eusc", false, "https://iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        ] {
            let known = Partition::from_id(partition).unwrap();
            assert_eq!(endpoint(known, fips), (url.to_owned(), region.to_owned()), "{partition} {fips}");
        }
    }
}
