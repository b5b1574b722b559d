use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, Result, ensure};

/// Asks a simulator something as the management account, without the AWS SDK; the answer's body.
///
/// A `form` is posted, as STS and EC2 want it; without one, `path` is fetched, as from S3.
///
/// # Errors
///
/// There is no answer, or it is not a success.
pub fn ask(
    address: SocketAddr,
    service: &str,
    region: &str,
    path: &str,
    form: Option<&str>,
) -> Result<String> {
    let method = if form.is_some() { "POST" } else { "GET" };
    let body = form.unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\
         content-type: application/x-www-form-urlencoded\r\nx-amz-date: 20260101T000000Z\r\n\
         authorization: AWS4-HMAC-SHA256 Credential=hub/20260101/{region}/{service}/aws4_request, \
         SignedHeaders=host, Signature=0\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").context("half an answer")?;
    ensure!(head.starts_with("HTTP/1.1 200 "), "{head}\n{body}");
    Ok(body.to_owned())
}

/// The texts of all elements of this name in an XML document, which are taken to hold no markup.
#[must_use]
pub fn texts<'a>(xml: &'a str, element: &str) -> Vec<&'a str> {
    let (opening, closing) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once(&closing)?.0)).collect()
}
