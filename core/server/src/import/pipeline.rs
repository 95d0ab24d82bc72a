//! Chunks through the engine: while one is committed, the next two are decided.

use super::{
    ImportError,
    customers::{Chunk, Customers},
    progress::Progress,
};
use regulars_engine::{
    Engine, Problem,
    import::{Decided, Imported},
};
use regulars_model::Instant;
use std::collections::VecDeque;
use tokio::{sync::mpsc, task::JoinHandle};

/// One for each of two cores; the writer mostly waits for the disk.
const DECIDING: usize = 2;

struct Deciding {
    rows: u64,
    decided: JoinHandle<Result<Decided, Problem>>,
}

/// Chunks are committed in the order of the file, so a killed import leaves a clean beginning.
pub async fn play(
    engine: &Engine,
    customers: Customers,
    as_of: Instant,
    progress: &Progress,
) -> Result<Imported, ImportError> {
    let (send, mut chunks) = mpsc::channel(1);
    let grouping = tokio::task::spawn_blocking(move || group(customers, &send));
    let mut total = Imported::default();
    let mut deciding = VecDeque::with_capacity(DECIDING + 1);
    loop {
        while deciding.len() <= DECIDING {
            let Some(chunk) = chunks.recv().await else { break };
            deciding.push_back(start(engine, chunk, as_of, &mut total));
        }
        let Some(Deciding { rows, decided }) = deciding.pop_front() else { break };
        let decided = decided.await.map_err(ImportError::interrupted)??;
        let imported = engine.commit_import(decided).await?;
        total.created += imported.created;
        total.events += imported.events;
        total.repeated += imported.repeated;
        total.rejected.extend(imported.rejected);
        progress.committed(rows);
    }
    grouping.await.map_err(ImportError::interrupted)?.map_err(ImportError::Stage)?;
    Ok(total)
}

fn group(mut customers: Customers, send: &mpsc::Sender<Chunk>) -> std::io::Result<()> {
    while let Some(chunk) = customers.next_chunk()? {
        // Nobody takes it when the import has failed elsewhere.
        if send.blocking_send(chunk).is_err() {
            break;
        }
    }
    Ok(())
}

fn start(engine: &Engine, chunk: Chunk, as_of: Instant, total: &mut Imported) -> Deciding {
    let Chunk { customers, rows, repeated, rejected } = chunk;
    total.repeated += repeated;
    total.rejected.extend(rejected);
    let engine = engine.clone();
    let decided = tokio::spawn(async move { engine.decide_import(customers, as_of).await });
    Deciding { rows, decided }
}
