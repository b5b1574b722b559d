//! Which servers are trusted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use orgwide_session::{Class, Credentials, Session, SessionBuilder, SessionError};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::common::*;
use crate::loopback::answer_well;

fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.pem", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

/// Certificates that their owners signed themselves. The key of the first guards nothing but this test.
const LOCALHOST: &str = include_str!("../data/localhost.pem");
const LOCALHOST_KEY: &str = include_str!("../data/localhost.key.pem");
const OTHER: &str = include_str!("../data/other.pem");

/// A server that shows the certificate of `localhost`.
async fn serve() -> String {
    let certificate = CertificateDer::from_pem_slice(LOCALHOST.as_bytes()).unwrap();
    let key = PrivateKeyDer::from_pem_slice(LOCALHOST_KEY.as_bytes()).unwrap();
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            // A client that does not trust it leaves; that is its right.
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    answer_well(stream).await.ok();
                }
            });
        }
    });
    url
}

fn builder(url: &str) -> SessionBuilder {
    Session::builder()
        .credentials(Credentials::new("AKIAHUB", "x", None, None, "test"))
        .region(HOME.parse().unwrap())
        .endpoint_url(url)
}

#[tokio::test]
async fn the_certificates_of_the_bundle_are_trusted_and_no_others() {
    let url = serve().await;
    // What stands around a certificate in such files does not matter, nor that there are several.
    let bundle = file("bundle", &format!("# Our proxy\n{OTHER}\n{LOCALHOST}"));
    let trusting = builder(&url).ca_bundle(&bundle).load().await.unwrap();
    assert_eq!(who(&trusting).await.unwrap(), "111122223333");

    let stranger = builder(&url).ca_bundle(file("other", OTHER)).load().await.unwrap();
    let failure = who(&stranger).await.unwrap_err();
    assert_eq!((failure.class(), failure.retry_after()), (Class::Untrusted, None), "{failure}");
    assert!(failure.message().contains("invalid peer certificate"), "{failure}");
    assert_eq!(stranger.calls().calls, 1, "trust is not tried again");
    assert!(failure.next_step().contains("AWS_CA_BUNDLE"), "{}", failure.next_step());
    let usual = builder(&url).load().await.unwrap();
    assert_eq!(who(&usual).await.unwrap_err().class(), Class::Untrusted);
}

#[tokio::test]
async fn a_bundle_that_cannot_be_used_is_an_error_that_names_the_file_and_what_is_wrong() {
    let cut = &OTHER[..OTHER.len() - 30];
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (path, told) in [
        (PathBuf::from("no/such/bundle.pem"), "No such file"),
        (file("empty", ""), "no certificate"),
        (file("text", "not a certificate"), "no certificate"),
        (file("cut", cut), "certificate 1"),
        (file("broken", broken), "certificate 1"),
        (file("second", &format!("{OTHER}{broken}")), "certificate 2"),
    ] {
        let error = builder("https://localhost").ca_bundle(&path).load().await.unwrap_err();
        let text = error.to_string();
        assert!(matches!(&error, SessionError::CaBundle { path: named, .. } if *named == path), "{text}");
        assert!(text.contains(path.to_str().unwrap()) && text.contains(told), "{told}: {text}");
    }
}

/// Not a test of its own: a process whose environment the next one has made says what becomes of a session.
#[tokio::test]
#[ignore = "run by another test"]
async fn a_session_of_this_environment() {
    let told = |loaded: Result<Session, SessionError>| {
        loaded.map_or_else(|error| error.to_string(), |_| "made".to_owned())
    };
    let home = || Session::builder().region(HOME.parse().unwrap());
    println!("own: {}", told(home().load().await));
    println!("given: {}", told(home().credentials(Credentials::new("a", "b", None, None, "t")).load().await));
    println!("profile: {}", told(home().profile("corp").load().await));
}

#[test]
fn the_bundle_of_the_environment_or_the_profile_is_read_unless_credentials_are_given() {
    let config = file("config", "[profile corp]\nca_bundle = no/such/profile.pem\n");
    let run = |variable: Option<&str>| {
        let mut test = std::process::Command::new(std::env::current_exe().unwrap());
        test.args(["certificates::a_session_of_this_environment", "--exact", "--ignored", "--nocapture"]);
        test.env_clear().env("AWS_CONFIG_FILE", &config).env("AWS_EC2_METADATA_DISABLED", "true");
        if let Some(path) = variable {
            test.env("AWS_CA_BUNDLE", path);
        }
        String::from_utf8(test.output().unwrap().stdout).unwrap()
    };
    let named = |who: &str, path: &str| format!("{who}: the certificates in {path} are unusable");
    let with = run(Some("no/such/variable.pem"));
    assert!(with.contains(&named("own", "no/such/variable.pem")), "{with}");
    assert!(with.contains(&named("profile", "no/such/variable.pem")), "the variable comes first: {with}");
    assert!(with.contains("given: made"), "{with}");
    let without = run(None);
    assert!(without.contains("own: made") && without.contains("given: made"), "{without}");
    assert!(without.contains(&named("profile", "no/such/profile.pem")), "{without}");
}
