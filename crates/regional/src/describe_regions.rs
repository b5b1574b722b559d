//! ec2:DescribeRegions as one raw operation: the EC2 client would be the heaviest crate in the tree.

use orgwide_account::Account;
use orgwide_names::RegionName;
use orgwide_session::{Call, Failure, RawClient, RawError, RawRequest, Session, Signing};
use quick_xml::Reader;
use quick_xml::events::Event;

/// The regions the account can use, as EC2 tells them. The answer is one page.
pub(crate) async fn describe_regions(account: &Account) -> Result<Vec<RegionName>, Failure> {
    let session = account.session();
    let call = Call::new("ec2", "DescribeRegions").at(account.id(), session.home_region());
    let client = RawClient::new(&session.config());
    let request = request(session, client.configured_endpoint("EC2"));
    let send = client.send(request, |answer| {
        if answer.is_success() { Ok(answer.body) } else { Err(RawError::in_text(&answer)) }
    });
    let answer = send.await.map_err(|error| Failure::of(&error, call.clone()))?;
    read(&answer).ok_or_else(|| Failure::not_from_aws(call, "the answer is not a list of regions"))
}

fn request(session: &Session, configured: Option<String>) -> RawRequest {
    let region = session.home_region().to_string();
    let endpoint = configured.unwrap_or_else(|| {
        // Where the region has no such host, the call fails rather than going to one that is not certified.
        let fips = if session.config().use_fips() == Some(true) { "-fips" } else { "" };
        format!("https://ec2{fips}.{region}.{}", session.partition().dns_suffix())
    });
    let body = "Action=DescribeRegions&Version=2016-11-15";
    let mut request = RawRequest::post("EC2", "DescribeRegions", endpoint, Signing::v4("ec2", region), body);
    request.headers.push(("content-type".into(), "application/x-www-form-urlencoded".to_owned()));
    request
}

/// The names in the answer, but for regions the account has not opted in to.
///
/// AWS leaves those out itself unless asked for all; stand-ins do not.
fn read(xml: &[u8]) -> Option<Vec<RegionName>> {
    let mut reader = Reader::from_str(std::str::from_utf8(xml).ok()?);
    let (mut names, mut name, mut opted_out, mut element) = (Vec::new(), None, false, String::new());
    // Only the end of the list shows that it is whole: the reader takes half a document for a document.
    let mut is_whole = false;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                start.local_name().as_ref().clone_into(&mut element);
            }
            Event::Text(text) => {
                // Neither value has characters that XML escapes.
                let text: &str = &text;
                match element.as_str() {
                    "regionName" => name = text.parse::<RegionName>().ok(),
                    "optInStatus" => opted_out = text == "not-opted-in",
                    _ => {}
                }
            }
            Event::End(end) => {
                element.clear();
                is_whole |= end.local_name().as_ref() == "regionInfo";
                if end.local_name().as_ref() == "item" {
                    names.extend(name.take().filter(|_| !opted_out));
                    opted_out = false;
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    // Every account has regions; an answer without one was not about an account.
    (is_whole && !names.is_empty()).then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_regions_are_read_and_others_left_out() {
        let xml = br#"<?xml version="1.0"?><DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
            <requestId>x</requestId><regionInfo>
            <item><regionName>us-east-1</regionName><regionEndpoint>ec2.us-east-1.amazonaws.com</regionEndpoint>
              <optInStatus>opt-in-not-required</optInStatus></item>
            <item><optInStatus>not-opted-in</optInStatus><regionName>af-south-1</regionName></item>
            <item><regionName>me-south-1</regionName><optInStatus>opted-in</optInStatus></item>
            </regionInfo></DescribeRegionsResponse>"#;
        let names: Vec<_> = read(xml).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["us-east-1", "me-south-1"]);
    }

    #[test]
    fn what_is_not_a_list_of_regions_is_refused() {
        assert_eq!(read(b"<html><body>sign in</body></html>"), None);
        assert_eq!(read(b"<regionInfo><item><regionName>us-"), None);
        assert_eq!(read(b"<r><regionInfo><item><regionName>us-east-1</regionName></item>"), None);
        assert_eq!(read(b"<r><regionInfo></regionInfo></r>"), None);
    }
}
