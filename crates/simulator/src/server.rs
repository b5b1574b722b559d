use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::body::{Body, Delivery};
use crate::incoming::Incoming;
use crate::signature::Signature;
use crate::simulator::{Ending, Simulator};

/// No request that the simulator understands comes near this size, in bytes.
const LARGEST_BODY: usize = 1 << 20;

/// The same for S3, which objects are sent to.
const LARGEST_OBJECT: usize = 80 << 20;

/// How long answers that are being given have to end when the server stops.
const GRACE: Duration = Duration::from_secs(1);

/// How long to wait when no connection can be accepted, as when the process is out of file descriptors.
const PAUSE: Duration = Duration::from_millis(20);

/// A simulator listening on 127.0.0.1.
///
/// It stops when it is told to, or when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Server {
    pub(crate) async fn start(simulator: Simulator, port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(accept(simulator, listener, stopped));
        Ok(Self { address, stop, task })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to set `AWS_ENDPOINT_URL` to: `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops: accepts nothing more, lets the answers being given end for a second, and closes all connections.
    pub async fn shutdown(mut self) {
        // Fails only when the task has ended already.
        let _ = self.stop.send(true);
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(simulator: Simulator, listener: TcpListener, mut stopped: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopped.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(simulator.clone(), stream, stopped.clone()));
                }
                Err(_) => tokio::time::sleep(PAUSE).await,
            },
        }
    }
    drop(listener);
    let all = async { while connections.join_next().await.is_some() {} };
    // What has not ended by then ends as the set is dropped.
    let _ = tokio::time::timeout(GRACE, all).await;
}

/// Serves one connection until either side closes it.
async fn converse(simulator: Simulator, stream: TcpStream, mut stopped: watch::Receiver<bool>) {
    // Small answers would otherwise wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let number = simulator.connected();
    let service = service_fn(|request| respond(&simulator, number, request));
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    // An error here is a client that left or a connection closed on purpose: nobody is there to be told.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopped.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Answers one request; an error closes the connection without an answer.
async fn respond(
    simulator: &Simulator,
    connection: u64,
    request: Request<hyper::body::Incoming>,
) -> Result<Response<Body>, io::Error> {
    let mut entry = simulator.arrive(connection);
    let (parts, body) = request.into_parts();
    let is_to_s3 = parts
        .headers
        .get(hyper::header::AUTHORIZATION)
        .and_then(|header| Signature::read(header.to_str().ok()?))
        .is_some_and(|signature| signature.service == "s3");
    let most = if is_to_s3 { LARGEST_OBJECT } else { LARGEST_BODY };
    let body = match Limited::new(body, most).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            let mut response = Response::new(Body::new(Bytes::new(), Delivery::Whole));
            *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
            entry.request.status = Some(response.status().as_u16());
            return Ok(response);
        }
        // The client left while it was still speaking.
        Err(error) => return Err(io::Error::other(error)),
    };
    match simulator.answer(entry, Incoming::new(parts, body)).await {
        Ending::Answered(response) => Ok(response),
        Ending::Dropped => Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    }
}
