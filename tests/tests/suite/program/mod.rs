mod backup;
mod crash;
mod import;
mod plugins;
mod processes;
mod what_if;
