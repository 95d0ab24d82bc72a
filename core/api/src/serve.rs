//! Connections, and how long they may take.

use crate::router;
use axum::{Router, http::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::Service};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use regulars_engine::Engine;
use regulars_model::limits::HEADERS_WITHIN_MS;
use std::{convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// After a failure to take a connection: there are too many open files, and waiting lets some go.
const PAUSE: Duration = Duration::from_millis(100);

/// Answers until `stop` is ready, then finishes what it has begun.
pub async fn serve(
    listener: TcpListener,
    engine: Engine,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_within(listener, engine, Duration::from_millis(HEADERS_WITHIN_MS), stop).await
}

/// A connection on which no whole head of a request arrives within so long is closed: one that sends
/// its headers a letter at a time, and one that nobody uses any more.
pub async fn serve_within(
    listener: TcpListener,
    engine: Engine,
    headers_within: Duration,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = router(engine);
    // Every connection holds a receiver of each: of the one to be told, of the other to be waited for.
    let (stopping, told) = watch::channel(false);
    let (open, held) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (router, told, held) = (router.clone(), told.clone(), held.clone());
                    tokio::spawn(async move {
                        let service = Answering { router, peer: Peer(peer) };
                        answer(stream, service, headers_within, told).await;
                        drop(held);
                    });
                }
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection could not be taken");
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop((listener, held));
    stopping.send_replace(true);
    open.closed().await;
    Ok(())
}

/// The other end of a connection.
#[derive(Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The routes, for one connection: each request of it knows where it came from.
struct Answering {
    router: Router,
    peer: Peer,
}

impl Service<Request<Incoming>> for Answering {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer);
        TowerToHyperService::new(self.router.clone()).call(request)
    }
}

async fn answer(
    stream: TcpStream,
    service: Answering,
    headers_within: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(headers_within);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        ended = connection.as_mut() => return log(ended),
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
    connection.as_mut().graceful_shutdown();
    log(connection.await);
}

/// What goes wrong on a connection is the client's affair: it went away, or was too slow.
fn log(ended: Result<(), hyper::Error>) {
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke off");
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
