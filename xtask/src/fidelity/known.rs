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
    let fits = |known: &&Known| {
        release.starts_with(known.release)
            && file.starts_with(known.file)
            && signatures.iter().map(|(_, count)| count).sum::<usize>() == known.count
            && signatures
                .iter()
                .all(|(text, _)| known.marks.iter().any(|mark| text.contains(mark)))
    };
    KNOWN.iter().find(fits).map(|known| known.why)
}
