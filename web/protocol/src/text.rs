//! Sentences for people, of what the engine and its errors say.

/// The text with a capital at its start.
pub fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// A cause as a sentence: a capital at its start, a full stop at its end.
pub fn sentence(cause: &str) -> String {
    match cause.trim_end_matches('.') {
        "" => String::new(),
        text => capitalised(text) + ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_becomes_a_sentence_once() {
        assert_eq!(sentence("no such file"), "No such file.");
        assert_eq!(sentence("No such file."), "No such file.");
        assert_eq!(sentence("über"), "Über.");
        assert_eq!(sentence(""), "");
        assert_eq!(capitalised("ambiguous address"), "Ambiguous address");
    }
}
