//! From the words of a call to the typed values of its rows, and back.

use crate::{
    Cause, Instant, Maybe, Measured, Read, Row, Scalar, Setting, Table,
    complaints::Complaints,
    decision::Decision,
    measured::Origin,
    wire::{self, Answer, NULL_WORD, Subject},
    writer::Writer,
};

/// What `plugin!` makes of a manifest.
pub trait Rules {
    fn decide(batch: &Batch<'_>);
    fn check_settings(batch: &Batch<'_>, out: &mut Complaints<'_>);
}

/// Stands in where the author wrote no `#[check_settings]`.
pub trait AcceptAll: Rules {
    fn check_row<S>(_: &S, _: &mut Complaints<'_>) {}
}

impl<R: Rules> AcceptAll for R {}

/// The rows of a call.
pub struct Batch<'c> {
    writer: &'c Writer<'c>,
}

/// Words that stand for one struct: the settings, or one row's inputs, customer or event reads.
#[derive(Clone, Copy)]
pub struct Words<'c> {
    words: &'c [i64],
    writer: &'c Writer<'c>,
    row: u32,
    subject: Subject,
}

/// One row, cut into its parts.
pub struct Entry<'c> {
    pub cause: Cause<'c>,
    pub now: Measured<'c, Instant>,
    pub offset_seconds: i32,
    /// Position among the settings of the batch.
    pub settings: usize,
    pub inputs: Words<'c>,
    pub customer: Words<'c>,
    pub event: Words<'c>,
    pub decision: Decision<'c>,
}

pub(crate) fn decide<R: Rules>(call: &wire::Call) -> Answer {
    let writer = Writer::new(call);
    R::decide(&Batch { writer: &writer });
    writer.into_answer()
}

pub(crate) fn check_settings<R: Rules>(call: &wire::Call) -> wire::Complaints {
    let writer = Writer::new(call);
    let mut complaints = Complaints::new(&writer);
    R::check_settings(&Batch { writer: &writer }, &mut complaints);
    let list = complaints.into_list();
    let Answer { symbols, lists, .. } = writer.into_answer();
    wire::Complaints { symbols, lists, complaints: list }
}

impl<'c> Batch<'c> {
    pub fn settings(&self) -> impl Iterator<Item = Words<'c>> {
        let writer = self.writer;
        let lists = writer.call().settings.iter();
        lists.map(move |list| Words {
            words: writer.words((*list).into()),
            writer,
            row: 0,
            subject: Subject::Now,
        })
    }

    /// `widths`: how many words a row has for inputs, customer and event.
    pub fn entries(&self, widths: [usize; 3]) -> impl Iterator<Item = Entry<'c>> {
        let writer = self.writer;
        let call = writer.call();
        let [inputs, customer, _] = widths;
        let width: usize = widths.iter().sum();
        call.rows.iter().enumerate().map(move |(index, row)| {
            let at = index as u32;
            let words = &call.words[index * width..(index + 1) * width];
            let part = |words: &'c [i64], subject| Words { words, writer, row: at, subject };
            let now = Instant::from_micros(row.now);
            let origin = Origin { writer, row: at, subject: Subject::Now, position: 0 };
            Entry {
                cause: cause(row, writer),
                now: Measured::new(now, origin),
                offset_seconds: row.offset_seconds,
                settings: row.settings as usize,
                inputs: part(&words[..inputs], Subject::Input),
                customer: part(&words[inputs..inputs + customer], Subject::Customer),
                event: part(&words[inputs + customer..], Subject::Event),
                decision: Decision::new(writer, at, now),
            }
        })
    }
}

fn cause<'c>(row: &wire::Row, writer: &Writer<'c>) -> Cause<'c> {
    match row.cause {
        wire::Cause::Event => Cause::Event(writer.text(row.name.into())),
        wire::Cause::Wake => Cause::Wake(writer.text(row.name.into())),
        wire::Cause::Expiry => Cause::Expiry,
        wire::Cause::Settings => Cause::Settings,
    }
}

impl<'c> Words<'c> {
    fn origin(&self, position: usize) -> Origin<'c> {
        let position = position as u32;
        Origin { writer: self.writer, row: self.row, subject: self.subject, position }
    }

    pub fn setting<T: Read<'c>>(&self, position: usize) -> Setting<T> {
        Setting::new(self.plain(position), position as u32)
    }

    pub fn measured<T: Scalar>(&self, position: usize) -> Measured<'c, T> {
        Measured::new(T::from_word(self.words[position]), self.origin(position))
    }

    pub fn maybe<T: Read<'c>>(&self, position: usize) -> Maybe<'c, T> {
        let word = self.words[position];
        let value = (word != NULL_WORD).then(|| T::read(word, self.writer));
        Maybe::new(value, self.origin(position))
    }

    pub fn table<R: Row<'c>>(&self, position: usize) -> Table<'c, R> {
        Table::new(self.writer.words(self.words[position]), self.writer)
    }

    pub fn plain<T: Read<'c>>(&self, position: usize) -> T {
        T::read(self.words[position], self.writer)
    }
}
