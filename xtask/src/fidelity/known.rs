//! Differences that have an explanation in `docs/fidelity.md`.

/// A difference that was looked into.
struct Known {
    /// The beginning of the kernel's release.
    release: &'static str,
    /// The file's name without its last part.
    file: &'static str,
    /// Every differing signature has one of these; none: the order alone differs.
    marks: &'static [&'static str],
    /// How many signatures differ.
    count: usize,
    why: &'static str,
}

const KNOWN: &[Known] = &[];

/// Why a file differs, if exactly that is known.
pub fn explanation(
    release: &str,
    file: &str,
    signatures: &[(String, usize)],
) -> Option<&'static str> {
    among(KNOWN, release, file, signatures)
}

fn among(
    list: &[Known],
    release: &str,
    file: &str,
    signatures: &[(String, usize)],
) -> Option<&'static str> {
    let fits = |known: &&Known| {
        release.starts_with(known.release)
            && file.starts_with(known.file)
            && signatures.iter().map(|(_, count)| count).sum::<usize>() == known.count
            && signatures
                .iter()
                .all(|(text, _)| known.marks.iter().any(|mark| text.contains(mark)))
    };
    list.iter().find(fits).map(|known| known.why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_exactly_what_is_known_is_explained() {
        let list = [Known {
            release: "6.1.0-",
            file: "vmlinux",
            marks: &["func trampoline/"],
            count: 1,
            why: "a weak definition",
        }];
        let one = [("ours: func trampoline/0 = void".to_owned(), 1)];
        let other = [("ours: func tramp/0 = void".to_owned(), 1)];
        let twice = [one[0].clone(), one[0].clone()];
        let why = Some("a weak definition");
        assert_eq!(among(&list, "6.1.0-47", "vmlinux-6.1.0-47", &one), why);
        assert_eq!(among(&list, "6.12.1", "vmlinux-6.12.1", &one), None);
        assert_eq!(among(&list, "6.1.0-47", "xfs", &one), None);
        assert_eq!(among(&list, "6.1.0-47", "vmlinux", &other), None);
        assert_eq!(among(&list, "6.1.0-47", "vmlinux", &twice), None);
        // Another order alone is not what is known here.
        assert_eq!(among(&list, "6.1.0-47", "vmlinux", &[]), None);
    }
}
