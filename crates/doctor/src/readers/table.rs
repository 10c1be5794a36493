//! The measured verdicts, and what follows from them for versions between.

use super::Reader;
use serde::{Deserialize, Serialize};

/// What `tests/consumers/measure.sh` wrote.
const VERDICTS: &str = include_str!("verdicts.txt");

/// A reader's verdict on one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// Who read.
    pub reader: Reader,
    /// Its version.
    pub version: &'static str,
    /// The input.
    pub input: &'static str,
    /// The first line of the message with which it refuses; `None` if it reads the input.
    pub refuses: Option<&'static str>,
}

/// All verdicts, in the order in which they were measured.
pub fn measured() -> impl Iterator<Item = Measured> {
    VERDICTS.lines().filter_map(|line| {
        let mut words = line.splitn(5, ' ');
        let name = words.next()?;
        let reader = Reader::ALL.into_iter().find(|one| one.name() == name)?;
        let (version, input, verdict) = (words.next()?, words.next()?, words.next()?);
        Some(Measured {
            reader,
            version,
            input,
            refuses: (verdict == "refuses").then(|| words.next().unwrap_or("")),
        })
    })
}

/// What is known of a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Judgement {
    /// It reads the input, or an older version does.
    Reads,
    /// It refuses the input, or a newer version does.
    Refuses {
        /// The version that was measured.
        version: String,
        /// Its message.
        message: String,
    },
    /// It lies between a version that refuses and one that reads, or before or after all.
    Unknown {
        /// The next older version, which refuses, if one was measured.
        refuses: Option<String>,
        /// The next newer version, which reads, if one was measured.
        reads: Option<String>,
    },
}

/// Judges a version by the nearest ones that were measured. Readers that know something go on knowing it.
pub(super) fn judge(reader: Reader, version: &str, input: &str) -> Judgement {
    let asked = numbers(version);
    let mut verdicts: Vec<(Vec<u32>, Measured)> = measured()
        .filter(|one| one.reader == reader && one.input == input)
        .map(|one| (numbers(one.version), one))
        .collect();
    verdicts.sort_by(|a, b| a.0.cmp(&b.0));
    let refuses = |one: &Measured| Judgement::Refuses {
        version: one.version.to_owned(),
        message: one.refuses.unwrap_or_default().to_owned(),
    };
    if let Some((_, same)) = verdicts
        .iter()
        .rev()
        .find(|(own, _)| own.starts_with(&asked))
    {
        return match same.refuses {
            None => Judgement::Reads,
            Some(_) => refuses(same),
        };
    }
    let older = verdicts.iter().rev().find(|(own, _)| *own < asked);
    let newer = verdicts.iter().find(|(own, _)| *own > asked);
    match (older, newer) {
        (Some((_, one)), _) if one.refuses.is_none() => Judgement::Reads,
        (_, Some((_, one))) if one.refuses.is_some() => refuses(one),
        (older, newer) => Judgement::Unknown {
            refuses: older.map(|(_, one)| one.version.to_owned()),
            reads: newer.map(|(_, one)| one.version.to_owned()),
        },
    }
}

/// The numbers of a version, up to the first part that is none.
pub(super) fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_between_two_is_judged_by_both() {
        let judge = |version| judge(Reader::Libbpf, version, "wide-vlen");
        assert!(
            matches!(judge("1.1"), Judgement::Refuses { .. }),
            "measured"
        );
        assert!(
            matches!(judge("1.0"), Judgement::Refuses { .. }),
            "older than one that refuses"
        );
        assert!(
            matches!(judge("99"), Judgement::Unknown { reads: None, .. }),
            "newer than all"
        );
        let of_enum64 = |version| super::judge(Reader::Libbpf, version, "enum64");
        assert!(
            matches!(of_enum64("0.7"), Judgement::Refuses { .. }),
            "older than one that refuses"
        );
        assert_eq!(of_enum64("1.2"), Judgement::Reads);
        assert_eq!(numbers("1.5.0"), [1, 5, 0]);
        assert_eq!(numbers("x"), [0; 0]);
    }
}
