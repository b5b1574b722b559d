use std::fmt;
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use futures::future::BoxFuture;

/// How long a source may take: a person may have to find a device and type.
const LONGEST: Duration = Duration::from_secs(300);

/// Where a secret that proves something to AWS comes from each time it is needed: the code of an MFA device, an
/// identity token, a SAML assertion.
///
/// It is read anew whenever credentials are fetched or renewed, once for each, and given up after five minutes.
/// Two sources are equal when they are the same file, or clones of one.
#[derive(Clone)]
pub struct SecretSource(Kind);

#[derive(Clone)]
enum Kind {
    File(Arc<PathBuf>),
    Asked(Arc<Ask>),
}

type Ask = dyn Fn() -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync;

impl SecretSource {
    /// The text of a file, without white space around it.
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Kind::File(Arc::new(path.into())))
    }

    /// What `ask` answers.
    pub fn asking<F>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, BoxError>> + Send + 'static,
    {
        Self(Kind::Asked(Arc::new(move || Box::pin(ask()))))
    }

    /// What `ask` answers, which may block: it gets a thread of its own, which goes on if it is given up.
    pub fn blocking(ask: impl Fn() -> Result<String, BoxError> + Send + Sync + 'static) -> Self {
        let ask = Arc::new(ask);
        Self::asking(move || {
            let ask = ask.clone();
            async move { tokio::task::spawn_blocking(move || ask()).await? }
        })
    }

    pub(crate) async fn get(&self) -> Result<String, String> {
        match &self.0 {
            Kind::File(path) => {
                let path = path.clone();
                let read = tokio::task::spawn_blocking(move || {
                    std::fs::read_to_string(&*path).map_err(|error| format!("{}: {error}", path.display()))
                });
                bounded(async { read.await.map_err(|stopped| stopped.to_string())? }).await
            }
            Kind::Asked(ask) => bounded(async { ask().await.map_err(|error| error.to_string()) }).await,
        }
    }
}

async fn bounded(asked: impl Future<Output = Result<String, String>>) -> Result<String, String> {
    let answer = tokio::time::timeout(LONGEST, asked)
        .await
        .map_err(|_| format!("no answer within {} s", LONGEST.as_secs()))??;
    match answer.trim() {
        "" => Err("the answer is empty".to_owned()),
        text => Ok(text.to_owned()),
    }
}

impl Kind {
    /// What tells one that is asked from all others.
    fn address(ask: &Arc<Ask>) -> usize {
        Arc::as_ptr(ask).cast::<()>() as usize
    }
}

impl PartialEq for SecretSource {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Kind::File(one), Kind::File(other)) => one == other,
            (Kind::Asked(one), Kind::Asked(other)) => Kind::address(one) == Kind::address(other),
            _ => false,
        }
    }
}

impl Eq for SecretSource {}

impl Hash for SecretSource {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            Kind::File(path) => path.hash(state),
            Kind::Asked(ask) => Kind::address(ask).hash(state),
        }
    }
}

/// Where it comes from, never what it is.
impl fmt::Debug for SecretSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::File(path) => f.debug_tuple("SecretSource").field(path).finish(),
            Kind::Asked(_) => f.write_str("SecretSource(asked)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_never_answers_is_given_up_after_five_minutes() {
        let begun = tokio::time::Instant::now();
        let silent = SecretSource::asking(std::future::pending);
        assert_eq!(silent.get().await.unwrap_err(), "no answer within 300 s");
        assert_eq!(begun.elapsed(), Duration::from_secs(300));
    }

    #[tokio::test]
    async fn answers_are_trimmed_empty_ones_refused_and_a_missing_file_is_named() {
        let padded = SecretSource::blocking(|| Ok(" 123456\n".to_owned()));
        assert_eq!(padded.get().await.unwrap(), "123456");
        assert!(SecretSource::blocking(|| Ok("\n".to_owned())).get().await.unwrap_err().contains("empty"));
        let missing = SecretSource::file("no/such/token").get().await.unwrap_err();
        assert!(missing.starts_with("no/such/token: "), "{missing}");
    }

    #[test]
    fn a_source_equals_its_clones_and_no_other_but_for_files() {
        let ask = || SecretSource::blocking(|| Ok("x".to_owned()));
        let one = ask();
        assert!(one == one.clone() && one != ask());
        assert_eq!(SecretSource::file("a"), SecretSource::file("a"));
        assert_ne!(SecretSource::file("a"), SecretSource::file("b"));
    }
}
