//! Tables for people, in Markdown.

/// Rows below a head; numbers to the right.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let number = |column: usize| {
        let mut cells = rows.iter().filter_map(|row| row.get(column)).peekable();
        cells.peek().is_some()
            && cells.all(|cell| {
                cell.chars()
                    .all(|c| c.is_ascii_digit() || ",.-–/ ".contains(c))
            })
    };
    let right: Vec<bool> = (0..head.len()).map(number).collect();
    let line = |cells: &[String]| {
        let mut text = String::from("|");
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let pad = " ".repeat(width - cell.chars().count());
            match right.get(column) {
                Some(true) => text += &format!(" {pad}{cell} |"),
                _ => text += &format!(" {cell}{pad} |"),
            }
        }
        text + "\n"
    };
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let mut text = line(&head);
    text.push('|');
    for (width, right) in widths.iter().zip(&right) {
        let (dashes, end) = if *right {
            (width + 1, ":")
        } else {
            (width + 2, "")
        };
        text += &format!("{}{end}|", "-".repeat(dashes));
    }
    text.push('\n');
    for row in rows {
        text += &line(row);
    }
    text
}

/// 94,397 for 94397.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_right_and_are_grouped() {
        assert_eq!(grouped(94_397), "94,397");
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_000_000), "1,000,000");
        let rows = [vec!["a".to_owned(), "7".to_owned()]];
        assert_eq!(
            table(&["name", "types"], &rows),
            "| name | types |\n|------|------:|\n| a    |     7 |\n"
        );
    }
}
