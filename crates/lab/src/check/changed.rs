//! How much of the units differs from those of the start, in tokens and in lines.

/// Comparisons of two tokens or lines that are made; units that differ in more are compared as a whole.
const MOST_COMPARISONS: usize = 1 << 20;

/// How many tokens differ between two lists of units.
pub(super) fn changed_tokens(old: &[String], new: &[String]) -> usize {
    by_unit(old, new, |old, new| edits(&tokens(old), &tokens(new)))
}

/// How many lines differ.
pub(super) fn changed_lines(old: &[String], new: &[String]) -> usize {
    by_unit(old, new, |old, new| edits(&lines(old), &lines(new)))
}

/// Whether a unit, from 0, has the same tokens.
pub(super) fn is_unchanged(old: &[String], new: &[String], unit: usize) -> bool {
    match (old.get(unit), new.get(unit)) {
        (Some(old), Some(new)) => tokens(old) == tokens(new),
        (None, None) => true,
        _ => false,
    }
}

fn by_unit(old: &[String], new: &[String], differ: impl Fn(&str, &str) -> usize) -> usize {
    let unit = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
    (0..old.len().max(new.len()))
        .map(|at| differ(&unit(old, at), &unit(new, at)))
        .sum()
}

/// The fewest additions, removals and replacements that turn one list into the other.
fn edits<T: PartialEq>(old: &[T], new: &[T]) -> usize {
    let front = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (
        old.get(front..).unwrap_or_default(),
        new.get(front..).unwrap_or_default(),
    );
    let back = old.iter().rev().zip(new.iter().rev());
    let back = back.take_while(|(a, b)| a == b).count();
    let old = old.get(..old.len() - back).unwrap_or_default();
    let new = new.get(..new.len() - back).unwrap_or_default();
    if old.len().saturating_mul(new.len()) > MOST_COMPARISONS {
        return old.len().max(new.len());
    }
    // The row of the table for the old tokens so far: what it takes to make each beginning of the new ones.
    let mut row: Vec<usize> = (0..=new.len()).collect();
    for (at, old) in old.iter().enumerate() {
        let mut before = at;
        let mut left = at + 1;
        for (place, new) in row.iter_mut().skip(1).zip(new) {
            let replaced = before + usize::from(old != new);
            before = *place;
            left = replaced.min(before + 1).min(left + 1);
            *place = left;
        }
        if let Some(first) = row.first_mut() {
            *first = at + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// The lines that have a token, each as its tokens.
fn lines(text: &str) -> Vec<Vec<&str>> {
    let mut lines: Vec<Vec<&str>> = Vec::new();
    let mut end = 0;
    for (start, token) in placed(text) {
        let is_new = text
            .get(end..start)
            .is_none_or(|between| between.contains('\n'));
        match lines.last_mut().filter(|_| !is_new) {
            Some(line) => line.push(token),
            None => lines.push(vec![token]),
        }
        end = start + token.len();
    }
    lines
}

/// Words and signs; neither spaces nor comments count.
fn tokens(text: &str) -> Vec<&str> {
    placed(text).into_iter().map(|(_, token)| token).collect()
}

/// Tokens, each with the byte at which it begins.
fn placed(text: &str) -> Vec<(usize, &str)> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    let mut rest = without_comment(text);
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        found.push((text.len() - rest.len(), token));
        rest = without_comment(behind);
    }
    found
}

/// The text from its first token on.
fn without_comment(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => return rest,
        };
        rest = rest.get(end..).unwrap_or_default().trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::{changed_lines, changed_tokens, is_unchanged};

    fn units(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn each_change_counts_and_what_is_between_does_not() {
        let start = units(&["struct a { int x; int y; int z; };"]);
        for (now, tokens) in [
            ("struct a{int x;int y;int z;};", 0),
            ("struct a { int x; int y; int z; }; // the end", 0),
            ("struct a { long x; int y; int z; };", 1),
            ("struct a { long x; int y; long z; };", 2),
            ("struct b { int x; int y; int w; };", 2),
            ("struct a { unsigned int x; int y; int z; };", 1),
            ("struct a { int x; int z; };", 3),
            ("", 14),
        ] {
            assert_eq!(changed_tokens(&start, &units(&[now])), tokens, "{now}");
        }
        assert_eq!(changed_tokens(&start, &units(&[&start[0], "int"])), 1);
        assert_eq!(changed_tokens(&start, &[]), 14);
    }

    #[test]
    fn lines_count_without_comments_and_empty_ones() {
        let start = units(&["struct a {\n    int x;\n    int y;\n};\n"]);
        for (now, lines) in [
            (
                "struct a {\n\n\tint x; /* first\n of two */\n    int y;\n};",
                0,
            ),
            ("struct a {\n    long x;\n    int y;\n};\n", 1),
            ("struct a {\n    int x;\n    int w;\n    int y;\n};\n", 1),
            ("struct a { int x; int y; };", 4),
        ] {
            assert_eq!(changed_lines(&start, &units(&[now])), lines, "{now}");
        }
    }

    #[test]
    fn a_unit_that_is_gone_has_changed() {
        let start = units(&["int", "long"]);
        assert!(is_unchanged(&start, &units(&["int // same", "x"]), 0));
        assert!(!is_unchanged(&start, &units(&["int", "x"]), 1));
        assert!(!is_unchanged(&start, &units(&["int"]), 1));
    }

    #[test]
    fn long_units_are_compared_in_bounded_time() {
        let (a, b) = ("a ".repeat(20_000), "b ".repeat(20_000));
        assert_eq!(changed_tokens(&units(&[&a]), &units(&[&b])), 20_000);
    }
}
