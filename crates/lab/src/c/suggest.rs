//! What an unknown name of a type may mean.

use super::prelude;
use super::words;
use crate::Abi;
use crate::similar::distance;
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
