//! Cells at fixed places of a line, or apart by runs of blanks.

use crate::import::map::Column;

/// (name, first byte, byte after the last), counted from 0.
pub struct Fixed {
    places: Vec<(String, usize, usize)>,
}

impl Fixed {
    pub fn new(columns: &[Column]) -> Fixed {
        let places = columns.iter().filter_map(|column| {
            let (from, to) = column.place?;
            Some((column.name.clone(), from - 1, to))
        });
        Fixed { places: places.collect() }
    }

    /// A line may end before a column, which is empty then, but not inside one: half an amount looks
    /// like an amount.
    pub fn split(&self, line: &str, cells: &mut [String]) -> Result<(), String> {
        for ((name, start, end), cell) in self.places.iter().zip(cells) {
            if *start >= line.len() {
                continue;
            }
            if *end > line.len() {
                return Err(format!("the line ends inside column `{name}`"));
            }
            let text = line
                .get(*start..*end)
                .ok_or_else(|| format!("column `{name}` begins or ends inside a character"))?;
            cell.push_str(text.trim());
        }
        Ok(())
    }
}

pub fn split_blanks(line: &str, cells: &mut [String]) -> Result<(), String> {
    let mut found = 0;
    for text in line.split_whitespace() {
        if let Some(cell) = cells.get_mut(found) {
            cell.push_str(text);
        }
        found += 1;
    }
    match found == cells.len() {
        true => Ok(()),
        false => Err(format!("{found} cells, expected {}", cells.len())),
    }
}
