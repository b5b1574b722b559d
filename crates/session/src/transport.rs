//! What went wrong on the way to an endpoint, told apart where the request was sent: further up only words are left.

use std::error::Error;
use std::io;

use aws_smithy_runtime_api::client::result::ConnectorError;
use orgwide_names::Partition;

use crate::causes::has;

/// The endpoint's certificate does not count, or it speaks no TLS that we do. It stays so, and is not tried again.
#[derive(Debug, thiserror::Error)]
#[error("the endpoint cannot be trusted")]
pub(crate) struct Untrusted(#[source] ConnectorError);

/// No name server knows this host of AWS's.
#[derive(Debug, thiserror::Error)]
#[error("there is no host {host}")]
pub(crate) struct NoSuchHost {
    host: String,
    source: ConnectorError,
}

/// The same error, with what it means where that is known.
pub(crate) fn explained(error: ConnectorError, host: Option<&str>) -> ConnectorError {
    if has::<rustls::Error>(&error) {
        return ConnectorError::other(Untrusted(error).into(), None);
    }
    match host.filter(|host| is_of_aws(host)) {
        Some(host) if is_unknown_name(&error) => {
            ConnectorError::io(NoSuchHost { host: host.to_owned(), source: error }.into())
        }
        _ => error,
    }
}

/// Whether name servers have been asked, and know no such name. That they could not be asked is something else.
fn is_unknown_name(error: &(dyn Error + 'static)) -> bool {
    crate::causes::of(error).filter_map(|error| error.downcast_ref::<io::Error>()).any(|error| {
        let text = error.to_string();
        // glibc, macOS and musl for the name, glibc for a name without an address, Windows.
        [
            "Name or service not known",
            "nodename nor servname provided, or not known",
            "Name does not resolve",
            "No address associated with hostname",
            "No such host is known",
        ]
        .iter()
        .any(|said| text.contains(said))
    })
}

fn is_of_aws(host: &str) -> bool {
    Partition::all().any(|partition| {
        [partition.dns_suffix(), partition.dual_stack_dns_suffix()]
            .iter()
            .any(|suffix| host.strip_suffix(suffix).is_some_and(|before| before.ends_with('.')))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(text: &str) -> ConnectorError {
        ConnectorError::io(io::Error::other(text.to_owned()).into())
    }

    #[test]
    fn a_host_of_aws_that_no_name_server_knows_is_told_from_one_that_could_not_be_asked_for() {
        let unknown = "failed to lookup address information: Name or service not known";
        let unasked = "failed to lookup address information: Temporary failure in name resolution";
        for (host, text, expected) in [
            ("appstream.eu-north-1.amazonaws.com", unknown, true),
            ("lambda.cn-north-1.amazonaws.com.cn", unknown, true),
            ("lambda.eu-west-1.api.aws", "No such host is known. (os error 11001)", true),
            ("appstream.eu-north-1.amazonaws.com", unasked, false),
            ("proxy.example.com", unknown, false),
            ("evilamazonaws.com", unknown, false),
        ] {
            let error = explained(failed(text), Some(host));
            assert_eq!(has::<NoSuchHost>(&error), expected, "{host}: {text}");
            assert!(error.is_io(), "the SDK tries it again");
        }
    }

    #[test]
    fn what_tls_refuses_is_found_inside_an_io_error_and_not_tried_again() {
        let refused = rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer);
        let error = explained(ConnectorError::io(io::Error::other(refused).into()), None);
        assert!(has::<Untrusted>(&error) && error.as_other().is_none() && !error.is_io());
        assert!(crate::causes::chain(&error).contains("UnknownIssuer"));
    }
}
