//! Newline-delimited JSON, read as it comes: a result per line, so a line that is wrong refuses only
//! itself, and what came whole before the body broke off is done.

use super::{body, json};
use crate::problem::Refusal;
use crate::sentences;
use axum::{
    body::{Body, Bytes, HttpBody},
    extract::{FromRequest, Request},
};
use regulars_engine::problem::{Code, Problem};
use regulars_model::{
    limits::{BODY_BYTES_MAX, BULK_BYTES_MAX, BULK_LINES_MAX},
    said::Said,
};
use serde::de::DeserializeOwned;
use std::{collections::VecDeque, future::poll_fn, marker::PhantomData, pin::Pin};

pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// Lines with their numbers from 1; blank ones are passed over. Past a limit the last line is a
/// problem that says so, and the rest is not read.
pub struct Lines<T> {
    body: Body,
    cut: Cut,
    of: PhantomData<fn() -> T>,
}

/// A line by its number, or what is wrong with it.
pub type Numbered<T> = (usize, Result<T, Problem>);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Lines<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        body::expect_ndjson(request.headers())?;
        let body = request.into_body();
        body::expect_at_most(&body, BULK_BYTES_MAX)?;
        Ok(Lines { body, cut: Cut::default(), of: PhantomData })
    }
}

impl<T: DeserializeOwned> Lines<T> {
    /// None at the end; an error where the body broke off, and what came of its last line is lost.
    pub async fn next(&mut self) -> Result<Option<Numbered<T>>, Refusal> {
        loop {
            if let Some((number, line)) = self.cut.ready.pop_front() {
                return Ok(Some((number, line.and_then(|line| json::read(&line)))));
            }
            if self.cut.is_over {
                return Ok(None);
            }
            match poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await {
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        self.cut.take(&bytes);
                    }
                }
                Some(Err(_)) => return Err(Refusal::bad_request(sentences::broke_off())),
                None => self.cut.end(),
            }
        }
    }
}

/// Cuts what comes into lines.
#[derive(Default)]
struct Cut {
    /// The line that is not whole yet, as far as it may be kept.
    begun: Vec<u8>,
    is_too_long: bool,
    number: usize,
    lines: usize,
    bytes: usize,
    ready: VecDeque<Numbered<Vec<u8>>>,
    is_over: bool,
}

impl Cut {
    fn take(&mut self, bytes: &Bytes) {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.is_over {
                return;
            }
            self.bytes += part.len();
            if self.bytes > BULK_BYTES_MAX {
                return self.refuse(sentences::bulk_bytes(BULK_BYTES_MAX));
            }
            match part.strip_suffix(b"\n") {
                Some(rest) => {
                    self.keep(rest);
                    self.end_line();
                }
                None => self.keep(part),
            }
        }
    }

    fn keep(&mut self, part: &[u8]) {
        // One byte more is enough to know.
        let room = (BODY_BYTES_MAX + 1).saturating_sub(self.begun.len());
        self.begun.extend_from_slice(&part[..part.len().min(room)]);
        self.is_too_long |= self.begun.len() > BODY_BYTES_MAX;
    }

    fn end_line(&mut self) {
        self.number += 1;
        let line = std::mem::take(&mut self.begun);
        let is_too_long = std::mem::take(&mut self.is_too_long);
        if line.trim_ascii().is_empty() && !is_too_long {
            return;
        }
        if self.lines == BULK_LINES_MAX {
            self.number -= 1;
            return self.refuse(sentences::bulk_lines(BULK_LINES_MAX));
        }
        self.lines += 1;
        let line = match is_too_long {
            true => Err(too_large(sentences::line_too_long(BODY_BYTES_MAX))),
            false => Ok(line),
        };
        self.ready.push_back((self.number, line));
    }

    fn refuse(&mut self, detail: Said) {
        self.ready.push_back((self.number + 1, Err(too_large(detail))));
        self.is_over = true;
    }

    /// The last line needs no end.
    fn end(&mut self) {
        if !self.is_over && !self.begun.is_empty() {
            self.end_line();
        }
        self.is_over = true;
    }
}

fn too_large(detail: Said) -> Problem {
    Problem::new(Code::TooLarge, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of the lines, and whether they are lines.
    fn cut(parts: &[&[u8]]) -> Vec<(usize, bool)> {
        let mut cut = Cut::default();
        parts.iter().for_each(|part| cut.take(&Bytes::copy_from_slice(part)));
        cut.end();
        cut.ready.iter().map(|(number, line)| (*number, line.is_ok())).collect()
    }

    #[test]
    fn lines_keep_their_numbers_wherever_the_body_is_cut() {
        let body = b"{}\r\n\n{\n7";
        let whole = [(1, true), (3, true), (4, true)];
        assert_eq!(cut(&[body]), whole);
        for at in 0..body.len() {
            assert_eq!(cut(&[&body[..at], &body[at..]]), whole, "at {at}");
        }
    }

    #[test]
    fn one_line_too_many_is_the_last() {
        let most = b"1\n".repeat(BULK_LINES_MAX);
        assert!(cut(&[&most, b"\n\n"]).iter().all(|(_, line)| *line));
        let more = cut(&[&most, b"1\n1\n"]);
        assert_eq!(more.len(), BULK_LINES_MAX + 1);
        assert_eq!(more.last(), Some(&(BULK_LINES_MAX + 1, false)));
    }

    #[test]
    fn a_line_too_long_is_passed_over() {
        let long = vec![b'x'; BODY_BYTES_MAX];
        assert_eq!(cut(&[b"1\n", &long, b"\n2\n"]), [(1, true), (2, true), (3, true)]);
        assert_eq!(
            cut(&[b"1\n", &long, b"x", &long, b"\n2\n"]),
            [(1, true), (2, false), (3, true)]
        );
    }

    #[test]
    fn more_than_a_body_may_have_is_not_read() {
        let line = [vec![b' '; BODY_BYTES_MAX - 1], vec![b'\n']].concat();
        let mut parts = vec![&line[..]; BULK_BYTES_MAX / line.len()];
        parts.extend([&b"1\n"[..], &b"1\n"[..]]);
        assert_eq!(cut(&parts), [(BULK_BYTES_MAX / line.len() + 1, false)]);
    }
}
