//! As much of an HTTP client as asking a server on this machine takes.

use crate::shell::Outcome;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(10);

pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// `POST` where there is a body, else `GET`.
pub fn ask(server: SocketAddr, key: &str, path: &str, body: Option<&str>) -> Outcome<Answer> {
    exchange(server, key, path, body).map_err(|error| format!("{server}{path}: {error}"))
}

fn exchange(
    server: SocketAddr,
    key: &str,
    path: &str,
    body: Option<&str>,
) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len(),
    )?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| std::io::Error::other("that is no HTTP"))?;
    Ok(Answer { status, body: body.to_owned() })
}

/// The number after `"name":` in a JSON text, wherever it stands first.
pub fn number_of(json: &str, name: &str) -> Option<i64> {
    let after = json.split_once(&format!("\"{name}\""))?.1;
    let number = after.trim_start().strip_prefix(':')?.trim_start();
    let end = number.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(number.len());
    number[..end].parse().ok()
}

/// The text after `"name":`, without escapes: enough for identifiers.
pub fn text_of<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let after = json.split_once(&format!("\"{name}\""))?.1;
    let text = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    text.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_name() {
        let json = r#"{"id": "cus_1", "counts": {"high": 76,"mid" :539}, "none": null}"#;
        assert_eq!(number_of(json, "high"), Some(76));
        assert_eq!(number_of(json, "mid"), Some(539));
        assert_eq!(number_of(json, "none"), None);
        assert_eq!(text_of(json, "id"), Some("cus_1"));
        assert_eq!(text_of(json, "counts"), None);
    }
}
