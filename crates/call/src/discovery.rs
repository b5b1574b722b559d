use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use serde_json::Value;
use tokio::time::Instant;

use crate::callee::Callee;
use crate::{CallError, Caller, reading};

/// Hosts that services have named: a few services want to be asked which to call.
#[derive(Debug, Default)]
pub(crate) struct Discovery(Mutex<HashMap<String, Known>>);

#[derive(Debug, Clone)]
struct Known {
    host: String,
    until: Instant,
}

/// The longest a host is used without asking again.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Discovery {
    /// The host for calls of the service: known from before, or asked for by one call of its `DescribeEndpoints`.
    pub(crate) async fn find(&self, caller: &Caller, callee: &Arc<Callee>) -> Result<String, CallError> {
        let service = callee.service();
        let now = Instant::now();
        let known = self.0.lock().get(service).filter(|known| now < known.until).cloned();
        if let Some(known) = known {
            return Ok(known.host);
        }
        let Some(operation) = callee.model.operation("DescribeEndpoints").cloned() else {
            return Err(
                callee.unsupported("its service has to be asked for its host, and no operation does that")
            );
        };
        let asked = Arc::new(Callee { model: Arc::clone(&callee.model), operation });
        // It needs no discovery itself, so this is no deeper than one call.
        let answer = Box::pin(caller.send(&asked, &Value::Null, reading::answer)).await?;
        let first = answer.get("Endpoints").and_then(|endpoints| endpoints.get(0));
        let host = first.and_then(|first| first.get("Address")).and_then(Value::as_str);
        let minutes = first.and_then(|first| first.get("CachePeriodInMinutes")).and_then(Value::as_u64);
        let Some(host) = host.filter(|host| is_host(host)) else {
            return Err(callee.unsupported("its service named no host to call"));
        };
        let kept = Duration::from_secs(minutes.unwrap_or(0).saturating_mul(60)).min(LONGEST);
        let known = Known { host: host.to_owned(), until: now + kept };
        self.0.lock().insert(service.to_owned(), known);
        Ok(host.to_owned())
    }
}

/// Whether it is a name and nothing that would change where a URL leads.
fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'))
}
