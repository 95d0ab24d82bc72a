//! `regulars serve`.

use crate::{
    Fault,
    cli::{Place, ServeArgs},
    session::{open_engine, own_lock},
};
use regulars_engine::World;
use tokio::{net::TcpListener, signal};

pub async fn serve(place: &Place, args: &ServeArgs) -> Result<(), Fault> {
    let mut lock = own_lock(place)?;
    let engine = open_engine(place, World::real()).await?;
    let listener = TcpListener::bind(args.listen).await.map_err(|error| {
        Fault(format!("cannot listen on {}: {error}; choose another with --listen", args.listen))
    })?;
    let address = listener.local_addr().map_err(|error| Fault(error.to_string()))?;
    if let Some(lock) = &mut lock {
        let key = engine.make_local_key();
        lock.write_contact(&address.to_string(), &key).map_err(|error| Fault(error.to_string()))?;
    }
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "listening beyond this machine; put TLS in front");
    }
    tracing::info!(%address, "serving");
    let schedule = tokio::spawn({
        let engine = engine.clone();
        async move { engine.run_schedule().await }
    });
    let served = regulars_api::serve(listener, engine.clone(), stopped()).await;
    schedule.abort();
    engine.close().await;
    served.map_err(|error| Fault(format!("the server failed: {error}")))
}

/// Ready at Ctrl-C, and where there are signals at SIGTERM.
async fn stopped() {
    let interrupt = signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminate = signal::unix::signal(signal::unix::SignalKind::terminate());
        match terminate {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
