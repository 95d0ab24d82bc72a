//! As much of an HTTP client as asking a server on this machine takes.

use crate::shell::Outcome;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

const TIMEOUT: Duration = Duration::from_secs(10);

pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// One request on a connection of its own: `POST` where there is a body, else `GET`.
pub fn ask(server: SocketAddr, key: &str, path: &str, body: Option<&str>) -> Outcome<Answer> {
    let mut connection = Connection::open(server, key)?;
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or_default();
    let limited = connection.stream.get_ref().set_read_timeout(Some(TIMEOUT));
    limited
        .and_then(|()| connection.exchange(method, path, "application/json", body))
        .map_err(|error| format!("{server}{path}: {error}"))
}

/// Kept open for one request after the other. Only opening it has a time limit: a long batch takes
/// its time to be answered.
pub struct Connection {
    stream: BufReader<TcpStream>,
    head: String,
}

impl Connection {
    pub fn open(server: SocketAddr, key: &str) -> Outcome<Connection> {
        let stream = TcpStream::connect_timeout(&server, TIMEOUT)
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream))
            .map_err(|error| format!("{server}: {error}"))?;
        let head = format!("Host: {server}\r\nAuthorization: Bearer {key}\r\n");
        Ok(Connection { stream: BufReader::new(stream), head })
    }

    /// The answer must be one of success.
    pub fn post(&mut self, path: &str, media_type: &str, body: &str) -> Outcome {
        match self.exchange("POST", path, media_type, body) {
            Ok(Answer { status: 200..300, .. }) => Ok(()),
            Ok(Answer { status, body }) => Err(format!("{path}: {status} {body}")),
            Err(error) => Err(format!("{path}: {error}")),
        }
    }

    fn exchange(
        &mut self,
        method: &str,
        path: &str,
        media_type: &str,
        body: &str,
    ) -> std::io::Result<Answer> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\n{}Content-Type: {media_type}\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.head,
            body.len(),
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        self.read()
    }

    fn read(&mut self) -> std::io::Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.ok_or_else(|| std::io::Error::other("that is no HTTP"))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }
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
