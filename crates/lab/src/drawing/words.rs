//! Sentences in lines: a file cannot wrap text by itself. Widths are estimates, on the safe side of usual fonts.

/// Width of a letter of a sans-serif font, divided by its size.
const SANS: f32 = 0.54;
/// Width of a letter of a monospaced font.
pub const MONO: f32 = 0.62;

/// A piece of a line: a text, and whether it is code.
pub type Piece = (String, bool);

/// Breaks a sentence, whose code stands in backticks, into lines of at most so many pixels.
pub fn lines(sentence: &str, size: f32, width: f32) -> Vec<Vec<Piece>> {
    let mut lines: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut at = 0.0;
    // A word may begin as text and go on as code, without a space between.
    for word in sentence.split(' ').scan(false, |is_code, word| {
        let mut pieces: Vec<Piece> = Vec::new();
        for (number, part) in word.split('`').enumerate() {
            *is_code ^= number > 0;
            if !part.is_empty() {
                pieces.push((part.to_owned(), *is_code));
            }
        }
        Some(pieces)
    }) {
        let own: f32 = word.iter().map(|piece| piece_width(piece, size)).sum();
        let space = size * SANS;
        if at > 0.0 && at + space + own > width {
            lines.push(Vec::new());
            at = 0.0;
        }
        let Some(line) = lines.last_mut() else { break };
        if at > 0.0 {
            add(line, (" ".to_owned(), false));
            at += space;
        }
        at += own;
        word.into_iter().for_each(|piece| add(line, piece));
    }
    lines
}

fn piece_width((text, is_code): &Piece, size: f32) -> f32 {
    text.chars().count() as f32 * size * if *is_code { MONO } else { SANS }
}

/// Adds a piece to a line, to the last one if both are of one sort. A space inside code is code.
fn add(line: &mut Vec<Piece>, (text, is_code): Piece) {
    match line.last_mut() {
        Some((before, sort)) if *sort == is_code => before.push_str(&text),
        _ => line.push((text, is_code)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_keep_code() {
        let plain = |text: &str| (text.to_owned(), false);
        let code = |text: &str| (text.to_owned(), true);
        let sentence = "Look up `[4] struct list` (hash b5), `[1]`: compare.";
        let one = lines(sentence, 10.0, 10_000.0);
        assert_eq!(
            one,
            [vec![
                plain("Look up "),
                code("[4]"),
                plain(" "),
                code("struct"),
                plain(" "),
                code("list"),
                plain(" (hash b5), "),
                code("[1]"),
                plain(": compare."),
            ]]
        );
        let narrow = lines(sentence, 10.0, 100.0);
        assert!(narrow.len() > 2);
        let text: Vec<String> = narrow
            .iter()
            .map(|line| line.iter().map(|(text, _)| text.as_str()).collect())
            .collect();
        assert_eq!(text.join(" "), sentence.replace('`', ""));
        // A word that is too long for a line has one of its own.
        assert_eq!(lines("a bbbbbbbbbbbbbbbbbbbb c", 10.0, 50.0).len(), 3);
    }
}
