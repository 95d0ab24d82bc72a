//! `regulars import`: a file of history, brought in through the engine.
//!
//! The file is read as a stream; each row is mapped or refused; what is mapped is staged, grouped by
//! customer and put in the order of the log; chunks of customers are decided and committed. Every
//! customer is committed wholly, so an import that was cut off is simply run again.

mod cell;
mod clock;
mod customers;
mod error;
mod map;
mod mapping;
mod pipeline;
mod progress;
mod rejects;
mod rows;
mod stage;
mod summary;
#[cfg(test)]
mod tests;

pub use error::ImportError;
pub use summary::Summary;

use crate::session::command_line;
use clap::Args;
use clock::Shift;
use customers::Customers;
use map::Map;
use mapping::{Defaults, Mapping};
use progress::Progress;
use regulars_engine::Engine;
use regulars_model::{Instant, unit::Units};
use rejects::Rejects;
use rows::{Row, Rows};
use stage::Stage;
use std::path::PathBuf;

#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The file of history: delimited, fixed-width or JSON lines.
    pub file: PathBuf,
    /// What its columns mean.
    #[arg(long)]
    pub map: PathBuf,
    /// Play the clock on to this instant; by default the moment the import began.
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<Instant>,
    /// Where rows go that cannot be taken, each with the reason; by default FILE.rejects.csv.
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Print the result as one line of JSON.
    #[arg(long)]
    pub json: bool,
    #[arg(long)]
    pub no_progress: bool,
}

/// A fault of the map or the file ends the import before anything is written.
pub async fn run(engine: &Engine, args: &ImportArgs) -> Result<Summary, ImportError> {
    let began = std::time::Instant::now();
    let as_of = args.as_of.unwrap_or_else(|| engine.world().now());
    let progress = Progress::new(!args.no_progress);
    let reading = Reading {
        map: Map::load(&args.map)?,
        defaults: Defaults::of(&engine.configuration().units),
        file: args.file.clone(),
        rejects: Rejects::beside(&args.file, args.rejects.as_deref())?,
        staged_bytes_max: stage::MEMORY_BYTES_MAX,
        progress: progress.clone(),
    };
    let mut read = tokio::task::spawn_blocking(move || reading.read(as_of))
        .await
        .map_err(ImportError::interrupted)??;
    progress.deciding(read.customers.rows());
    let entered = engine.enter_import(command_line(), &args.file.display().to_string()).await;
    entered.map_err(ImportError::interrupted)?;
    let played = pipeline::play(engine, read.customers, as_of, &progress).await?;
    progress.finish();
    read.rejects.add_later(&args.file, &read.map, played.rejected)?;
    Ok(Summary {
        read: read.read,
        created: played.created,
        events: played.events,
        repeated: played.repeated,
        rejected: read.rejects.count(),
        seconds: began.elapsed().as_secs_f64(),
        left_out: read.left_out,
        rejects_file: read.rejects.into_path(),
    })
}

struct Reading {
    map: Map,
    defaults: Defaults,
    file: PathBuf,
    rejects: Rejects,
    staged_bytes_max: usize,
    progress: Progress,
}

/// The whole file, mapped and staged.
struct Read {
    map: Map,
    customers: Customers,
    rejects: Rejects,
    read: u64,
    /// Rows the map's `where` leaves out.
    left_out: u64,
}

impl Reading {
    fn read(self, as_of: Instant) -> Result<Read, ImportError> {
        let Reading { map, defaults, file, mut rejects, staged_bytes_max, progress } = self;
        let mut rows = Rows::open(&file, &map)?;
        let mut mapping = Mapping::compile(&map, rows.columns(), &defaults)?;
        let mut stage = Stage::new(staged_bytes_max);
        let (mut read, mut left_out) = (0, 0);
        let mut row = Row::default();
        progress.reading(rows.size());
        while let Some(taken) = rows.next_row(&mut row)? {
            read += 1;
            progress.read_to(rows.position());
            match taken.and_then(|()| mapping.take(&row)) {
                Ok(Some(staged)) => stage.push(staged).map_err(ImportError::Stage)?,
                Ok(None) => left_out += 1,
                Err(reason) => rejects.add(row.line, &reason, &row.raw)?,
            }
        }
        let zone = mapping.zone().clone();
        let shift = match (map.shift, stage.newest()) {
            (Some(map::ShiftTo::NewestIsToday), Some(newest)) => Shift::to(newest, as_of, zone),
            _ => Shift::none(zone),
        };
        let partitions = stage.finish().map_err(ImportError::Stage)?;
        let customers = Customers::new(partitions, mapping.names(), shift);
        Ok(Read { map, customers, rejects, read, left_out })
    }
}

impl Defaults {
    /// What a map leaves out is the organisation's.
    fn of(units: &Units) -> Defaults {
        Defaults { zone: units.zone(None).clone(), currency: units.organisation().currency }
    }
}
