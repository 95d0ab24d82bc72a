mod crash;
mod import;
