use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{Builder, retry::RetryConfig, timeout::TimeoutConfig};
use orgwide_names::RegionName;
use orgwide_session::{Call, Failure, RawClient, Session};

use crate::exit::Exit;
use crate::stop::Stop;

/// How long an object may take: its upload counts as part of the wait for the answer. What does not move at all is
/// given up by the SDK long before.
const UPLOAD: Duration = Duration::from_secs(5 * 60);
/// Attempts of one request, the first included: what is lost with it is more than that of other calls.
const ATTEMPTS: u32 = 5;

/// A bucket, and the client of its region.
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) name: String,
    pub(super) client: Client,
    /// What a failure says of where it was.
    pub(super) region: RegionName,
}

/// Finds the bucket, in whatever region it is.
///
/// # Errors
///
/// There is none of this name, or S3 cannot be reached. That the caller may not ask is none: it may be allowed to put
/// all the same.
pub(super) async fn find(session: &Session, name: &str) -> Result<Bucket, Stop> {
    let home = session.home_region();
    let asking = Client::from_conf(config(session, home).build());
    let answer = asking.head_bucket().bucket(name).send().await;
    let region = match &answer {
        Ok(found) => found.bucket_region().map(str::to_owned),
        Err(error) => {
            let response = error.raw_response();
            let status = response.map_or(0, |response| response.status().as_u16());
            let told = response.and_then(|response| response.headers().get("x-amz-bucket-region"));
            match (status, told) {
                (404, _) => {
                    return Err(Stop::new(Exit::Output, format!("there is no bucket {name}"))
                        .next_step("check its name and whose credentials these are, or make it"));
                }
                (301 | 307 | 400 | 403, Some(region)) => Some(region.to_owned()),
                (403, None) => None,
                _ => {
                    let call = Call { region: Some(home.clone()), ..Call::new("s3", "HeadBucket") };
                    let failure = Failure::of(error, call);
                    return Err(Stop::new(
                        Exit::Output,
                        format!("the bucket {name} cannot be found: {failure}"),
                    )
                    .next_step(failure.next_step()));
                }
            }
        }
    };
    let region = region.and_then(|region| region.parse().ok()).unwrap_or_else(|| home.clone());
    let timeouts = TimeoutConfig::builder().read_timeout(UPLOAD).build();
    let config = config(session, &region)
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    Ok(Bucket { name: name.to_owned(), client: Client::from_conf(config.build()), region })
}

/// The settings of a client in this region.
fn config(session: &Session, region: &RegionName) -> Builder {
    let config = session.config_in(region);
    let endpoint = RawClient::new(&config).configured_endpoint("S3");
    let is_local = endpoint.is_some_and(|url| is_local(&url));
    Builder::from(&config).force_path_style(is_local)
}

/// The rules of S3 know that of addresses, but not of this name.
fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest).split([':', '/']).next();
    host.is_some_and(|host| host == "localhost" || host.ends_with(".localhost"))
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn this_machine_has_no_hosts_for_buckets() {
        for (url, expected) in [
            ("http://localhost", true),
            ("http://localhost:5000/x", true),
            ("http://s3.localhost:1", true),
            ("https://localhost.example.com:1", false),
            ("https://s3.example.com/localhost", false),
        ] {
            assert_eq!(is_local(url), expected, "{url}");
        }
    }
}
