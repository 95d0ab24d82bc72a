//! Tests through the public door: HTTP, on both databases, and plugin calls. The tree of `rest` mirrors
//! that of the URLs.

mod plugins;
mod rest;
