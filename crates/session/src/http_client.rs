use std::time::Duration;

use aws_smithy_http_client::pool::{Client, ConnectionPool};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// How long an unused connection is kept. Hosts are one per service and region, so idle ones add up.
const IDLE: Duration = Duration::from_secs(30);

/// Connections to one host. Beyond them requests queue inside the client, signed already, so this is no less than
/// what a run has in flight; without a bound, the pool opens more than it uses when a run starts.
const PER_HOST: usize = 128;

/// The one pool of connections a process needs, whatever number of accounts share it.
///
/// With `proxies`, `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` are honoured; without, none is read. Without `trust`
/// it is the system's certificates that count.
pub(crate) fn pooled(proxies: bool, trust: Option<TlsContext>) -> Result<SharedHttpClient, BoxError> {
    let proxy = if proxies { ProxyConfig::from_env() } else { ProxyConfig::disabled() };
    let mut pool = ConnectionPool::builder()
        .idle_timeout(IDLE)
        .max_connections_per_host(PER_HOST)
        .proxy_config(proxy)
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc));
    if let Some(trust) = trust {
        pool = pool.tls_context(trust);
    }
    let pool = pool.build_https()?;
    Ok(SharedHttpClient::new(Client::new(&pool)?))
}
