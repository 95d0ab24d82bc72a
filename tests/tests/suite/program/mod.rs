mod crash;
mod import;
mod plugins;
