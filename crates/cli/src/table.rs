//! Tables of numbers as text.

use std::fmt::Write;

/// A number with its thousands set apart: `1,234,567`.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How much of `whole` is gone when `rest` is left: `93.1 %`. More than was there is a negative share.
pub fn saved(whole: u64, rest: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let gone = whole as f64 - rest as f64;
    format!("{:.1} %", gone * 100.0 / whole as f64)
}

/// Rows of cells: the first column to the left, all others to the right.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub fn new(headings: &[&str]) -> Table {
        let mut table = Table::default();
        table.row(headings.iter().map(|&heading| heading.to_owned()).collect());
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// The table as lines, columns two spaces apart.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (index, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                // Writing to a string cannot fail.
                let _ = if index == 0 {
                    write!(line, "{cell:<width$}")
                } else {
                    write!(line, "  {cell:>width$}")
                };
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_columns_line_up() {
        assert_eq!(number(0), "0");
        assert_eq!(number(999), "999");
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(saved(200, 50), "75.0 %");
        assert_eq!(saved(0, 0), "-");
        let mut table = Table::new(&["kind", "types"]);
        table.row(vec!["INT".into(), number(1000)]);
        assert_eq!(table.render(), "kind  types\nINT   1,000\n");
    }
}
