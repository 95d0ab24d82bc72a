//! Tests through the public door: HTTP, on both databases. The tree mirrors that of the URLs.

mod rest;
