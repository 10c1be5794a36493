//! What an unknown name of a type may mean.

use super::prelude;
use super::words;
use crate::Abi;
use std::fmt;

/// What to do about an unknown type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Hint {
    /// The prelude has it and is off: what it stands for there.
    Prelude {
        /// The typedef to add otherwise.
        typedef: String,
    },
    /// It is a tag, and `struct` or another word is missing.
    Tag {
        /// The word.
        keyword: &'static str,
        /// The tag.
        name: String,
    },
    /// A name that is nearly the same.
    Similar {
        /// It, as it is written in a declaration.
        name: String,
    },
    /// A header would declare it.
    Declare {
        /// The name.
        name: String,
    },
}

impl fmt::Display for Hint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Hint::Prelude { typedef } => {
                write!(f, "switch the prelude on, or add `{typedef};`")
            }
            Hint::Tag { keyword, name } => write!(f, "did you mean `{keyword} {name}`?"),
            Hint::Similar { name } => write!(f, "did you mean `{name}`?"),
            Hint::Declare { name } => {
                write!(f, "declare it before, for example `typedef int {name};`")
            }
        }
    }
}

/// What may be meant by a name that is no type: `tags` and `typedefs` are those of the text.
pub(super) fn hint(
    name: &str,
    tags: &[(&'static str, &str)],
    typedefs: &[&str],
    prelude_is_on: bool,
    abi: Abi,
) -> Hint {
    if let Some((keyword, _)) = tags.iter().find(|(_, tag)| *tag == name) {
        let name = name.to_owned();
        return Hint::Tag { keyword, name };
    }
    if let (false, Some(is)) = (prelude_is_on, prelude::meaning(name, abi)) {
        let typedef = format!("typedef {is} {name}");
        return Hint::Prelude { typedef };
    }
    let own = typedefs.iter().map(|it| (*it).to_owned());
    let tagged = tags.iter().map(|(keyword, tag)| format!("{keyword} {tag}"));
    let of_c = words::TYPES
        .iter()
        .chain(words::TAGGED)
        .chain(words::BEFORE_TYPES);
    let of_c = of_c.filter(|it| !it.starts_with('_') || **it == "_Bool");
    let of_prelude = prelude::type_names().filter(|_| prelude_is_on);
    let all = own
        .chain(tagged)
        .chain(of_c.map(|it| (*it).to_owned()))
        .chain(of_prelude.map(str::to_owned));
    let most = if name.len() < 5 { 1 } else { 2 };
    let measured = all.filter_map(|known| {
        let bare = known.rsplit(' ').next().unwrap_or(&known);
        let steps = distance(name, bare, most)?;
        (steps < bare.len().min(name.len())).then_some((steps, known))
    });
    // Of equally near ones the first, so the text's own names come before the others.
    match measured.min_by_key(|(steps, _)| *steps) {
        Some((_, name)) => Hint::Similar { name },
        None => Hint::Declare {
            name: name.to_owned(),
        },
    }
}

/// Letters to change, add, drop or swap between two words, if they are not more than `most`.
fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    const LONGEST: usize = 40;
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > most || left.len() > LONGEST || right.len() > LONGEST {
        return None;
    }
    let (mut two_ago, mut last) = (Vec::new(), (0..=right.len()).collect::<Vec<usize>>());
    for (at, a) in left.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, b) in right.iter().enumerate() {
            let mut steps = (last[to] + usize::from(a != b))
                .min(last[to + 1] + 1)
                .min(row[to] + 1);
            let swapped = at > 0 && to > 0 && *a == right[to - 1] && left[at - 1] == *b;
            if let (true, Some(before)) =
                (swapped, to.checked_sub(1).and_then(|it| two_ago.get(it)))
            {
                steps = steps.min(before + 1);
            }
            row.push(steps);
        }
        two_ago = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|steps| *steps <= most)
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn a_swapped_letter_is_one_step() {
        for (left, right, steps) in [
            ("unsinged", "unsigned", Some(1)),
            ("sturct", "struct", Some(1)),
            ("strct", "struct", Some(1)),
            ("lnog", "long", Some(1)),
            ("int", "int", Some(0)),
            ("page", "struct", None),
        ] {
            assert_eq!(distance(left, right, 2), steps, "{left} {right}");
        }
    }
}
