//! The listening socket and its connections, each with a bound: how many, how slow, how long.

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use super::Pages;
use hyper::service::{Service, service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};

/// Connections open at once; more wait in the kernel's queue.
const CONNECTIONS: usize = 512;
/// A request's head must be whole within this, and so must the wait for the next one on a kept connection.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// Bytes of a request's head; addresses of ours are short.
const HEAD_BYTES: usize = 16 * 1_024;
/// How long open answers may go on once the service ends.
const DRAIN_WITHIN: Duration = Duration::from_secs(1);
/// A pause after the kernel refused a connection (no descriptors left), so that the loop does not spin.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A bound socket, not serving yet.
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
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
    Ok(Listener { socket })
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
        Ok(Self { socket: TcpListener::from_std(socket)? })
    }

    /// Serves until `shutdown`, then gives open answers a moment to end. Each request is answered by the newest router:
    /// a reload ends no connection.
    pub async fn serve(self, router: watch::Receiver<Pages>, shutdown: impl Future<Output = ()>) {
        let open = Arc::new(Semaphore::new(CONNECTIONS));
        let graceful = GracefulShutdown::new();
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(HEAD_BYTES);
        tokio::pin!(shutdown);
        loop {
            let Ok(permit) = open.clone().acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                () = &mut shutdown => break,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // An answer is one write; Nagle's algorithm would only hold its tail back. Failing to say so costs nothing.
            let _ = stream.set_nodelay(true);
            let router = router.clone();
            let service = service_fn(move |request| TowerToHyperService::new(router.borrow().clone()).call(request));
            let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
            tokio::spawn(async move {
                let _ = connection.await; // a reader that went away is no news
                drop(permit);
            });
        }
        let _ = tokio::time::timeout(DRAIN_WITHIN, graceful.shutdown()).await;
    }
}
