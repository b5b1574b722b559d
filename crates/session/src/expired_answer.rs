/// An answer that says the credentials of its request have ended, in the place of the end of its body.
///
/// As a body that breaks off it is tried again by the SDK, and the next attempt is signed with new credentials. It
/// comes out only where the SDK has no attempt left.
#[derive(Debug, thiserror::Error)]
#[error("the credentials ended before their time")]
pub(crate) struct ExpiredAnswer {
    pub(crate) code: String,
    pub(crate) request_id: Option<String>,
}
