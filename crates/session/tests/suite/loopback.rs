//! A server on a socket that does to its requests what no well-behaved one does.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// What is done to a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    Good,
    Unavailable,
    /// The connection is closed without an answer.
    Close,
    /// There is never an answer.
    Hang,
    /// An answer of this status breaks off, 30 ms after it began.
    Cut(u16),
}

/// A request: which attempt of its call it was, when it arrived, and when the connection was done with it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arrival {
    pub(crate) attempt: u32,
    pub(crate) at: Instant,
    pub(crate) done: Option<Instant>,
}

pub(crate) struct Loopback {
    address: std::net::SocketAddr,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    acts: Mutex<VecDeque<Act>>,
    arrivals: Mutex<Vec<Arrival>>,
}

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/hub</Arn><UserId>AIDA</UserId>\
    <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";

impl Loopback {
    /// Serves these acts one after the other, and well from then on.
    pub(crate) async fn serve(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let acts = Mutex::new(acts.into_iter().collect());
        let shared = Arc::new(Shared { acts, arrivals: Mutex::default() });
        let for_all = shared.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = for_all.clone();
                // A client that leaves ends it with an error; that is its right.
                tokio::spawn(async move { drop(shared.converse(stream).await) });
            }
        });
        Self { address, shared, task }
    }

    /// The address of nobody.
    pub(crate) async fn closed_port() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        self.shared.arrivals.lock().unwrap().clone()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    async fn converse(&self, mut stream: TcpStream) -> std::io::Result<()> {
        while let Some(head) = read_request(&mut stream).await? {
            let attempt = head
                .split_once("attempt=")
                .and_then(|(_, rest)| rest.split([';', '\r']).next()?.parse().ok())
                .unwrap_or(1);
            let number = {
                let mut arrivals = self.arrivals.lock().unwrap();
                arrivals.push(Arrival { attempt, at: Instant::now(), done: None });
                arrivals.len() - 1
            };
            let act = self.acts.lock().unwrap().pop_front().unwrap_or(Act::Good);
            let goes_on = perform(act, &mut stream).await?;
            self.arrivals.lock().unwrap()[number].done = Some(Instant::now());
            if !goes_on {
                break;
            }
        }
        Ok(())
    }
}

/// Whether the connection lives on.
async fn perform(act: Act, stream: &mut (impl AsyncWrite + Unpin)) -> std::io::Result<bool> {
    let answer = |status: u16, length: usize, body: &str| {
        format!("HTTP/1.1 {status} X\r\ncontent-type: text/xml\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    match act {
        Act::Good => stream.write_all(answer(200, IDENTITY.len(), IDENTITY).as_bytes()).await?,
        Act::Unavailable => stream.write_all(answer(503, 4, "busy").as_bytes()).await?,
        Act::Close => return Ok(false),
        Act::Hang => std::future::pending().await,
        Act::Cut(status) => {
            stream.write_all(answer(status, 1000, "<Begin").as_bytes()).await?;
            sleep(Duration::from_millis(30)).await;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Answers every request on a connection well.
pub(crate) async fn answer_well(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
    while read_request(&mut stream).await?.is_some() {
        perform(Act::Good, &mut stream).await?;
        stream.flush().await?;
    }
    Ok(())
}

/// The head of a request whose body has been read too; none at the end.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut seen = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&seen);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head
                .split_once("content-length:")
                .map_or(0, |(_, rest)| rest.split("\r\n").next().unwrap().trim().parse::<usize>().unwrap());
            if body.len() >= length {
                return Ok(Some(head));
            }
        }
        if stream.read_buf(&mut seen).await? == 0 {
            return Ok(None);
        }
    }
}
