mod crash;
mod import;
mod plugins;
mod what_if;
