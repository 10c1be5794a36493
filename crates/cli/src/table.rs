//! Tables of numbers as text.

use std::fmt::Write;

pub use explore::grouped as number;

/// The share of `whole` that is gone if `rest` is left: `93.1 %`. It is negative if `rest` is larger.
pub fn saved(whole: u64, rest: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let gone = whole as f64 - rest as f64;
    format!("{:.1} %", gone * 100.0 / whole as f64)
}

/// A cell that is longer than this widens no column: each row would be as long as the longest name, and a width is limited to
/// 16 bits.
const MOST_WIDTH: usize = 200;

/// Rows of `N` cells. The first column is aligned to the left, all others to the right.
#[derive(Debug)]
pub struct Table<const N: usize> {
    rows: Vec<[String; N]>,
}

impl<const N: usize> Table<N> {
    /// A table with these headings.
    pub fn new(headings: [&str; N]) -> Table<N> {
        Table {
            rows: vec![headings.map(str::to_owned)],
        }
    }

    /// A table without headings.
    pub fn without_headings() -> Table<N> {
        Table { rows: Vec::new() }
    }

    /// Adds a row at the end.
    pub fn row(&mut self, cells: [String; N]) {
        self.rows.push(cells);
    }

    /// The table as lines, columns two spaces apart.
    pub fn render(&self) -> String {
        let widths: [usize; N] = std::array::from_fn(|column| {
            let cells = self.rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or(0).min(MOST_WIDTH)
        });
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (index, (cell, width)) in row.iter().zip(widths).enumerate() {
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
        let mut table = Table::new(["kind", "types"]);
        table.row(["INT".into(), number(1000)]);
        assert_eq!(table.render(), "kind  types\nINT   1,000\n");
    }

    #[test]
    fn a_cell_of_any_length_can_be_printed_and_widens_no_column_beyond_measure() {
        let mut table = Table::new(["kind", "types"]);
        table.row(["n".repeat(70_000), number(1)]);
        table.row(["INT".into(), number(2)]);
        let lines: Vec<usize> = table.render().lines().map(str::len).collect();
        assert_eq!(lines, [207, 70_007, 207]);
    }
}
