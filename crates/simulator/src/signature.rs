//! What a Signature Version 4 header says about its sender.

/// The scope of a signature: who signed, for which region and service.
///
/// The signature itself is not checked: the simulator does not know its callers' secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl Signature {
    /// Reads an `Authorization` header; nothing if it is not a complete one of this kind.
    pub(crate) fn read(authorization: &str) -> Option<Self> {
        let fields = authorization.strip_prefix("AWS4-HMAC-SHA256")?.trim_start();
        let mut fields = fields.split(',').filter_map(|field| field.trim().split_once('='));
        let scope = fields.find(|(name, _)| *name == "Credential")?.1;
        let mut parts = scope.split('/');
        let (access_key, _date) = (parts.next()?, parts.next()?);
        let (region, service, end) = (parts.next()?, parts.next()?, parts.next()?);
        let complete = end == "aws4_request"
            && parts.next().is_none()
            && [access_key, region, service].iter().all(|part| !part.is_empty());
        complete.then(|| Self {
            access_key: access_key.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_is_read() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20250131/eu-west-1/ec2/aws4_request, \
                      SignedHeaders=host;x-amz-date, Signature=00ff";
        let expected =
            Signature { access_key: "AKIDEXAMPLE".into(), region: "eu-west-1".into(), service: "ec2".into() };
        assert_eq!(Signature::read(header), Some(expected));
    }

    #[test]
    fn an_incomplete_header_is_none() {
        for header in [
            "",
            "AWS AKID:sig",
            "AWS4-HMAC-SHA256",
            "AWS4-HMAC-SHA256 Credential=AKID/20250131/eu-west-1/ec2",
            "AWS4-HMAC-SHA256 Credential=/20250131/eu-west-1/ec2/aws4_request",
            "AWS4-HMAC-SHA256 Credential=AKID/20250131/eu-west-1/ec2/aws4_request/more",
            "AWS4-HMAC-SHA256 SignedHeaders=host",
        ] {
            assert_eq!(Signature::read(header), None, "{header}");
        }
    }
}
