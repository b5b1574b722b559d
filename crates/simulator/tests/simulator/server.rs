//! The simulator over real sockets: real time, so nothing here waits for a clock.

use std::future::Future;
use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use orgwide_simulator::{Answer, Fault, Server, Simulator, WorldSpec};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

use crate::support::*;

type Client = (SendRequest<Full<Bytes>>, JoinHandle<()>);

async fn connect(server: &Server) -> Client {
    let stream = TcpStream::connect(server.address()).await.unwrap();
    let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
    (sender, tokio::spawn(async { drop(connection.await) }))
}

async fn ask(client: &mut Client, request: Request<String>) -> Result<Answered, hyper::Error> {
    let mut request = request.map(|body| Full::new(Bytes::from(body)));
    request.headers_mut().insert("host", "127.0.0.1".parse().unwrap());
    let (parts, body) = client.0.send_request(request).await?.into_parts();
    let body = String::from_utf8(body.collect().await?.to_bytes().to_vec()).unwrap();
    Ok(Answered { status: parts.status.as_u16(), headers: parts.headers, body })
}

/// Waits, for a bounded time, until something is so.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    soon(what, wait).await;
}

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), work).await.unwrap_or_else(|_| panic!("never: {what}"))
}

#[tokio::test]
async fn a_connection_serves_many_requests_and_is_counted_once() {
    let sim = simulator(|_| ());
    let server = sim.serve(0).await.unwrap();
    assert_eq!(server.endpoint_url(), format!("http://127.0.0.1:{}", server.address().port()));
    let mut clients = [connect(&server).await, connect(&server).await];
    let id = sim.truth().accounts[2].id.clone();
    let assumed = ask(&mut clients[0], assume(&Key::hub(), &role(&id))).await.unwrap();
    let key = Key { id: assumed.text("AccessKeyId"), token: Some(assumed.text("SessionToken")) };
    let mut seen = Vec::new();
    for region in WorldSpec::default().regions {
        let answer = ask(&mut clients[1], describe_instances(&key, &region, &[])).await.unwrap();
        assert!(answer.header("date").ends_with("GMT"));
        seen.extend(answer.texts("instanceId"));
    }
    assert_eq!(seen.len(), sim.truth().accounts[2].instances.values().map(Vec::len).sum::<usize>());
    assert_eq!(sim.connections(), 2);
    let connections: Vec<u64> = sim.log().iter().map(|request| request.connection).collect();
    assert_eq!(connections.len(), 6);
    assert!(connections[1..].iter().all(|number| *number == connections[1]));
    assert_ne!(connections[0], connections[1]);
    server.shutdown().await;
}

#[tokio::test]
async fn socket_and_process_share_one_organization() {
    let sim = simulator(|_| ());
    let server = sim.serve(0).await.unwrap();
    let key = member(&sim, 5).await;
    let identity = form(&key, "sts", "us-east-1", &[("Action", "GetCallerIdentity")]);
    let answer = ask(&mut connect(&server).await, identity).await.unwrap();
    assert_eq!(answer.text("Account"), sim.truth().accounts[5].id);
    assert_eq!(sim.log().len(), 2);
}

#[tokio::test]
async fn a_reset_closes_the_connection_without_an_answer() {
    let fault = Fault::on("s3", "*").answers([Answer::Reset]);
    let sim = Simulator::builder(WorldSpec::default()).faults([fault]).build().unwrap();
    let server = sim.serve(0).await.unwrap();
    let error =
        soon("an error", async { ask(&mut connect(&server).await, s3(&Key::hub(), "/")).await }).await;
    assert!(error.unwrap_err().is_incomplete_message());
    assert_eq!(sim.log()[0].status, None);
    assert_eq!(ask(&mut connect(&server).await, s3(&Key::hub(), "/")).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_hanging_request_ends_in_the_log_when_its_client_leaves() {
    let fault = Fault::on("*", "*").answers([Answer::Hang]);
    let sim = Simulator::builder(WorldSpec::default()).faults([fault]).build().unwrap();
    let server = sim.serve(0).await.unwrap();
    let mut client = connect(&server).await;
    let asking = tokio::spawn(async move { ask(&mut client, s3(&Key::hub(), "/")).await.map(drop) });
    until("the request arrives", || sim.peak_in_flight() == 1).await;
    assert_eq!(sim.log().len(), 0);
    asking.abort();
    until("the request is logged", || sim.log().len() == 1).await;
    assert_eq!(sim.log()[0].status, None);
}

#[tokio::test]
async fn a_server_that_is_shut_down_listens_no_more() {
    let fault = Fault::on("*", "*").answers([Answer::Hang]);
    let sim = Simulator::builder(WorldSpec::default()).faults([fault]).build().unwrap();
    let server = sim.serve(0).await.unwrap();
    let address = server.address();
    // An idle connection and a hanging request do not hold it up.
    let _idle = connect(&server).await;
    let mut client = connect(&server).await;
    let asking = tokio::spawn(async move { ask(&mut client, s3(&Key::hub(), "/")).await.map(drop) });
    until("the request arrives", || sim.peak_in_flight() == 1).await;
    soon("the shutdown", server.shutdown()).await;
    assert!(soon("an error", asking).await.unwrap().is_err());
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error() {
    let sim = simulator(|_| ());
    let server = sim.serve(0).await.unwrap();
    let error = sim.serve(server.address().port()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_body_too_large_is_refused() {
    let sim = simulator(|_| ());
    let server = sim.serve(0).await.unwrap();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let _ = stream.write_all(&vec![b'x'; 1_100_000]).await;
    let mut start = [0; 12];
    soon("an answer", stream.read_exact(&mut start)).await.unwrap();
    assert_eq!(&start, b"HTTP/1.1 413");
}

#[tokio::test]
async fn noise_is_answered_or_dropped_and_the_server_lives_on() {
    let sim = simulator(|_| ());
    let server = sim.serve(0).await.unwrap();
    for noise in ["\u{0}\u{1}\u{2}", "GET\r\n\r\n", "GET /%%%?=&=&%zz HTTP/1.1\r\nhost: x\r\n\r\n"] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(noise.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = soon("the end", stream.read_to_end(&mut answer)).await;
    }
    assert_eq!(ask(&mut connect(&server).await, s3(&Key::hub(), "/")).await.unwrap().status, 200);
}

/// A server whose first answer to S3 is this one.
async fn serve_first(answer: Answer) -> (Server, Client) {
    let sim = Simulator::builder(WorldSpec::default())
        .faults([Fault::on("s3", "*").answers([answer])])
        .build()
        .unwrap();
    let server = sim.serve(0).await.unwrap();
    let client = connect(&server).await;
    (server, client)
}

#[tokio::test]
async fn a_reset_in_the_body_comes_after_half_of_what_was_announced() {
    let (server, mut client) = serve_first(Answer::ResetInBody).await;
    let mut request = s3(&Key::hub(), "/").map(|body| Full::new(Bytes::from(body)));
    request.headers_mut().insert("host", "127.0.0.1".parse().unwrap());
    let response = soon("the head", client.0.send_request(request)).await.unwrap();
    let announced: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
    let (mut body, mut received) = (response.into_body(), 0);
    let error = loop {
        match soon("a piece", body.frame()).await.unwrap() {
            Ok(frame) => received += frame.into_data().unwrap().len(),
            Err(error) => break error,
        }
    };
    assert_eq!(received, announced / 2);
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<std::io::Error>());
    assert_eq!(cause.unwrap().kind(), std::io::ErrorKind::UnexpectedEof);
    let mut again = connect(&server).await;
    let whole = soon("another", ask(&mut again, s3(&Key::hub(), "/"))).await.unwrap();
    assert_eq!(whole.body.len(), announced);
}

#[tokio::test]
async fn bodies_that_are_cut_off_padded_or_drip_keep_the_connection() {
    for (answer, change) in [
        (Answer::CutOff, (|whole| whole / 2) as fn(usize) -> usize),
        (Answer::Oversized(1 << 20), |_| 1 << 20),
        (Answer::Drip(Duration::from_nanos(1)), |whole| whole),
    ] {
        let (_server, mut client) = serve_first(answer).await;
        let met = soon("the first", ask(&mut client, s3(&Key::hub(), "/"))).await.unwrap();
        let whole = soon("the second", ask(&mut client, s3(&Key::hub(), "/"))).await.unwrap();
        assert_eq!(met.body.len(), change(whole.body.len()));
        assert_eq!(met.header("content-length"), met.body.len().to_string());
    }
}
