//! What the body of an error says, in whichever of AWS's forms it stands: XML, JSON or CBOR.

/// The error code in the first bytes of a body in XML or JSON.
pub(crate) fn code_in(body: &str) -> Option<&str> {
    let json = |key: &str| {
        let value = body.split_once(key)?.1.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        value.split_once('"').map(|(code, _)| code)
    };
    let xml = || element(body, "<Code>", "</Code>");
    xml().or_else(|| json("\"__type\"")).or_else(|| json("\"code\"")).or_else(|| json("\"Code\"")).map(bare)
}

/// The error code in the first bytes of a body in CBOR: the text that follows the text `__type`.
pub(crate) fn code_in_cbor(body: &[u8]) -> Option<&str> {
    // Six bytes of text; so are codes, whose length stands in the first byte or, from 24 on, in a second.
    const KEY: &[u8] = b"\x66__type";
    let at = body.windows(KEY.len()).position(|window| window == KEY)? + KEY.len();
    let (length, text) = match body.get(at..)? {
        [short @ 0x60..=0x77, text @ ..] => (short - 0x60, text),
        [0x78, length, text @ ..] => (*length, text),
        _ => return None,
    };
    std::str::from_utf8(text.get(..usize::from(length))?).ok().map(bare)
}

/// A code without the namespace before it and the URL after it: `aws.x#Throttled:http://…` is `Throttled`.
pub(crate) fn bare(code: &str) -> &str {
    let code = code.split_once(':').or_else(|| code.split_once(';')).map_or(code, |(code, _)| code);
    code.rsplit_once('#').map_or(code, |(_, code)| code).trim()
}

/// The id of the request, which errors in XML have in their body, and sometimes only there: EC2 spells it `RequestID`.
pub(crate) fn request_id_in(body: &str) -> Option<&str> {
    let id = element(body, "<RequestId>", "</RequestId>")
        .or_else(|| element(body, "<RequestID>", "</RequestID>"))?
        .trim();
    let is_id = |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    Some(id).filter(|id| is_id(id))
}

fn element<'a>(body: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    body.split_once(begin)?.1.split_once(end).map(|(text, _)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_in_every_protocol() {
        for (body, code) in [
            ("<Response><Errors><Error><Code>RequestLimitExceeded</Code>", Some("RequestLimitExceeded")),
            (r#"{"__type":"com.amazon#ThrottlingException","message":"x"}"#, Some("ThrottlingException")),
            (r#"{"code" : "TooManyRequestsException"}"#, Some("TooManyRequestsException")),
            ("<html>proxy</html>", None),
            (r#"{"__type":"#, None),
        ] {
            assert_eq!(code_in(body), code, "{body}");
        }
        assert_eq!(bare("Throttled:http://internal.amazon.com/doc"), "Throttled");
    }

    #[test]
    fn codes_in_cbor_are_found_whatever_their_length_and_nothing_is_made_up() {
        let short = b"\xbf\x66__type\x71aws.sns#Throttled\xff";
        assert_eq!(code_in_cbor(short), Some("Throttled"));
        let long = b"\xa2\x66__type\x78\x26com.amazonaws.logs#ThrottlingException\x67message\x61x";
        assert_eq!(code_in_cbor(long), Some("ThrottlingException"));
        for bad in
            [&b""[..], b"\x66__type", b"\x66__type\x78", b"\x66__type\x65Thr", b"\x66__type\x01Throttled"]
        {
            assert_eq!(code_in_cbor(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_id_of_the_request_is_found_in_the_errors_of_ec2_sts_and_s3() {
        for (body, id) in [
            (
                "<Response><Errors><Error><Code>X</Code></Error></Errors><RequestID>ea966190-f9aa</RequestID></Response>",
                Some("ea966190-f9aa"),
            ),
            (
                "<ErrorResponse><Error><Code>X</Code></Error>\n<RequestId>\n 01234567-89ab\n</RequestId></ErrorResponse>",
                Some("01234567-89ab"),
            ),
            (
                "<Error><Code>X</Code><RequestId>4442587FB7D0A2F9</RequestId><HostId>h</HostId></Error>",
                Some("4442587FB7D0A2F9"),
            ),
            ("<RequestId></RequestId>", None),
            ("<RequestId>a\u{1b}[31m b</RequestId>", None),
            ("<RequestId>cut off", None),
        ] {
            assert_eq!(request_id_in(body), id, "{body}");
        }
    }
}
