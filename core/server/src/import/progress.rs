//! A bar on the terminal; nothing where there is none.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Cheap to clone; all clones are one bar.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub fn new(shown: bool) -> Progress {
        // Drawing to stderr is left out where that is no terminal.
        let target =
            if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Progress { bar: ProgressBar::with_draw_target(None, target) }
    }

    pub fn reading(&self, bytes: u64) {
        self.restart("reading {bar:30} {bytes} of {total_bytes}", bytes);
    }

    pub fn read_to(&self, bytes: u64) {
        self.bar.set_position(bytes);
    }

    pub fn deciding(&self, rows: u64) {
        self.restart("deciding {bar:30} {pos} of {len} rows, {per_sec}, {eta} left", rows);
    }

    pub fn committed(&self, rows: u64) {
        self.bar.inc(rows);
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn restart(&self, template: &str, length: u64) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
        self.bar.set_length(length);
        self.bar.reset();
    }
}
