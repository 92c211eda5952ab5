//! The listening socket and its connections, each with a bound: how many, how slow, how long.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    os::fd::AsFd,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use super::Pages;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

/// What a reader may do to us.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Connections open at once; more wait in the kernel's queue.
    connections: usize,
    /// A request's head must be whole within this, and so must the wait for the next one on a kept connection.
    head_within: Duration,
    /// An answer, or a part of it, may stay unread for this long (TCP_USER_TIMEOUT, RFC 5482).
    unread_within: Duration,
}

const BOUNDS: Bounds =
    Bounds { connections: 512, head_within: Duration::from_secs(15), unread_within: Duration::from_secs(30) };
/// Bytes of a request's head; addresses of ours are short.
const HEAD_BYTES: usize = 16 * 1_024;
/// How long open answers may go on once the service ends.
const DRAIN_WITHIN: Duration = Duration::from_secs(1);
/// How long a new connection may keep its first request back once the service ends.
const FIRST_REQUEST_WITHIN: Duration = Duration::from_millis(250);
/// A pause after the kernel refused a connection (no descriptors left), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket, not serving yet.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    bounds: Bounds,
}

/// Binds the configured address.
///
/// # Errors
/// Why it cannot be bound, with the address and what to do.
pub async fn bind(address: SocketAddr) -> Result<Listener, String> {
    let advice = |error: &io::Error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there (another headlined?); stop it, or set [server] listen or HEADLINED_LISTEN to a free port"
        }
        io::ErrorKind::PermissionDenied => {
            "ports below 1024 need a privilege; choose a higher port, or let a proxy or systemd's socket listen there"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine has no such address; set [server] listen to one that it has, or to 127.0.0.1"
        }
        _ => "set [server] listen to another address",
    };
    let socket = TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}: {}", advice(&error)))?;
    Ok(Listener { socket, bounds: BOUNDS })
}

impl Listener {
    /// The address that it really has: port 0 asks for any.
    ///
    /// # Errors
    /// None that is known.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// A socket that systemd opened for us.
    ///
    /// # Errors
    /// When it cannot be used without blocking.
    pub fn inherited(socket: std::net::TcpListener) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        Ok(Self { socket: TcpListener::from_std(socket)?, bounds: BOUNDS })
    }

    /// Serves until `shutdown`, then gives open answers a moment to end. Each request is answered by the newest pages:
    /// a reload ends no connection.
    pub async fn serve(self, pages: watch::Receiver<Pages>, shutdown: impl Future<Output = ()>) {
        let open = Arc::new(Semaphore::new(self.bounds.connections));
        let (stop, stopping) = watch::channel(false);
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(self.bounds.head_within).max_buf_size(HEAD_BYTES);
        tokio::pin!(shutdown);
        loop {
            let next = async { (open.clone().acquire_owned().await, self.socket.accept().await) };
            let (permit, accepted) = tokio::select! {
                next = next => next,
                () = &mut shutdown => break,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // An answer is one write; Nagle's algorithm would only hold its tail back. Failing to say so costs nothing.
            let _ = stream.set_nodelay(true);
            // As is failing to bound how long an answer may stay unread: the kernel's own patience ends too.
            let unread = u32::try_from(self.bounds.unread_within.as_millis()).unwrap_or(u32::MAX);
            let _ = rustix::net::sockopt::set_tcp_user_timeout(stream.as_fd(), unread);
            let (pages, mut stopping) = (pages.clone(), stopping.clone());
            let asked = Arc::new(AtomicBool::new(false));
            let asks = asked.clone();
            let service = service_fn(move |request| {
                asks.store(true, Ordering::Relaxed);
                let answering = pages.borrow().answer(request);
                async { Ok::<_, std::convert::Infallible>(answering.await) }
            });
            let connection = builder.serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move {
                let _permit = permit;
                tokio::pin!(connection);
                tokio::select! {
                    _ = connection.as_mut() => return, // a reader that went away is no news
                    _ = stopping.wait_for(|stops| *stops) => {}
                }
                // The request of a new connection is on its way, or waits to be read: only one that was answered may be
                // closed without an answer (RFC 9112 §9.3.1).
                if !asked.load(Ordering::Relaxed)
                    && tokio::time::timeout(FIRST_REQUEST_WITHIN, connection.as_mut()).await.is_ok()
                {
                    return;
                }
                connection.as_mut().graceful_shutdown();
                let _ = connection.await; // as above
            });
        }
        let _ = stop.send(true); // without a connection nobody listens
        let all = u32::try_from(self.bounds.connections).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(DRAIN_WITHIN, open.acquire_many(all)).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpStream,
        thread,
    };

    use axum::routing::get;

    use super::*;

    /// More than the kernel takes off our hands.
    const LARGE: usize = 64 << 20;

    /// A server with one place; the address, and what keeps it alive.
    fn one_place() -> (SocketAddr, tokio::runtime::Runtime) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let address = runtime.block_on(async {
            let mut listener = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
            let short = Duration::from_millis(300);
            listener.bounds = Bounds { connections: 1, head_within: short, unread_within: short };
            let address = listener.address().unwrap();
            let large = get(|| async { vec![b'x'; LARGE] });
            let router = axum::Router::new().route("/", get(|| async { "ok" })).route("/large", large);
            let (_, pages) = watch::channel(Arc::new(router) as Pages);
            tokio::spawn(listener.serve(pages, std::future::pending()));
            address
        });
        (address, runtime)
    }

    /// Answers only once the place is free.
    fn is_served(address: SocketAddr) {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }

    #[test]
    fn a_new_connection_is_answered_though_the_service_ends() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let router = axum::Router::new().route("/", get(|| async { "here" }));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (address, serving) = runtime.block_on(async {
            let listener = bind(([127, 0, 0, 1], 0).into()).await.unwrap();
            let address = listener.address().unwrap();
            let (_, pages) = watch::channel(Arc::new(router) as Pages);
            let serving = tokio::spawn(listener.serve(pages, async { drop(stopped.await) }));
            (address, serving)
        });
        // A first answer on another connection: the second one is surely accepted.
        let ask = |mut stream: &TcpStream| {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap()
        };
        let answer = |mut stream: &TcpStream| {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            text
        };
        let (new, other) = (TcpStream::connect(address).unwrap(), TcpStream::connect(address).unwrap());
        ask(&other);
        assert!(answer(&other).ends_with("here"));
        stop.send(()).unwrap();
        ask(&new);
        assert!(answer(&new).ends_with("here"));
        runtime.block_on(serving).unwrap();
    }

    #[test]
    fn half_a_request_gives_its_place_back() {
        let (address, _alive) = one_place();
        for half in ["", "GET", "GET / HTTP/1.1\r\nHost: x\r\nX-Half: "] {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(half.as_bytes()).unwrap();
            is_served(address);
            let _ = stream.read_to_end(&mut Vec::new()); // closed or reset, in the end
        }
    }

    #[test]
    fn a_request_that_trickles_gives_its_place_back() {
        let (address, _alive) = one_place();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
        let trickle = thread::spawn(move || {
            while stream.write_all(b"X-Slow: 1\r\n").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        });
        is_served(address);
        trickle.join().unwrap();
    }

    #[test]
    fn a_reader_that_does_not_read_gives_its_place_back() {
        let (address, _alive) = one_place();
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        is_served(address);
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read); // reset, or ended early
        assert!(read.len() < LARGE, "{}", read.len());
    }
}
