//! What people type, and what they may mean by it: a declaration in C, a member of a type, a pattern.
//!
//! A text is taken as it stands first. Where nothing contains it, these readings follow, and the first that finds
//! something is the answer:
//!
//! | text | reading |
//! |---|---|
//! | `struct sk_buff *`, `const struct net` | a keyword limits the kind; a pointer, `const`, and `;` are dropped |
//! | `unsigned long` | the name that BTF has for it: `long unsigned int` |
//! | `sk_buff->len`, `sk_buff.len`, `sk_buff::len` | a member of a type, also behind pointers: `sk_buff->sk->sk_rcvbuf` |
//! | `task struct` | words joined by `_` |
//! | `tcp_*_sock` | a pattern for the whole name |
//! | `/^tcp_.*sock$/` | a regular expression |
//! | `SK_BUFF` | in any case |

use super::query::{Match, Query};
use crate::group::Group;
use serde::{Deserialize, Serialize};

/// How a text was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reading {
    /// As it stands.
    #[default]
    AsTyped,
    /// As a declaration in C: this name, of the kind that its keyword says.
    Declaration(String),
    /// As the name that BTF has for a type of C.
    Spelling(String),
    /// As a member of a type.
    Member,
    /// As words joined by `_`.
    Joined(String),
    /// As a pattern with `*` and `?`.
    Pattern,
    /// As a regular expression between slashes.
    Regex,
    /// Without regard to case.
    AnyCase,
}

impl Reading {
    /// A sentence for those who typed the text; none where it was taken as it stands.
    pub fn remark(&self) -> Option<String> {
        Some(match self {
            Reading::AsTyped | Reading::Declaration(_) | Reading::Member => return None,
            Reading::Spelling(name) => format!("BTF calls this type {name}"),
            Reading::Joined(name) => format!("Shown: {name}"),
            Reading::Pattern => "Shown: names that fit the pattern".to_owned(),
            Reading::Regex => "Shown: names that fit the regular expression".to_owned(),
            Reading::AnyCase => "Shown: names in upper or lower case".to_owned(),
        })
    }
}

/// A text, ready to become a matcher.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub text: String,
    pub matching: Match,
    /// Whether case never counts. Otherwise a capital letter means that it does.
    pub any_case: bool,
}

impl Text {
    /// The text of a query, as it stands.
    pub fn of(query: &Query) -> Text {
        Text {
            matching: query.matching,
            ..Text::part(&query.text)
        }
    }

    fn part(text: &str) -> Text {
        Text {
            text: text.to_owned(),
            matching: Match::Substring,
            any_case: false,
        }
    }

    fn regex(text: String) -> Text {
        Text {
            matching: Match::Regex,
            ..Text::part(&text)
        }
    }
}

/// What is looked for: types, or a member of types.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sought {
    pub reading: Reading,
    /// The kinds that a keyword allows.
    pub groups: &'static [Group],
    /// What the name is to contain; of a member, the whole name of its type.
    pub name: Text,
    /// Members on the way to the one that is sought, and that one.
    pub members: Vec<String>,
}

impl Sought {
    /// The text that is marked in what was found: the name, or the last member.
    pub fn last(&self) -> Text {
        match self.members.last() {
            Some(member) => Text {
                text: member.clone(),
                ..self.name.clone()
            },
            None => self.name.clone(),
        }
    }
}

/// Keywords in front of a name, and what they allow.
const KEYWORDS: [(&str, &[Group]); 6] = [
    ("struct", &[Group::Struct, Group::Fwd]),
    ("union", &[Group::Union, Group::Fwd]),
    ("enum", &[Group::Enum]),
    ("typedef", &[Group::Typedef]),
    ("func", &[Group::Func]),
    ("var", &[Group::Var]),
];

/// Words of C in front of a type that say nothing of its name.
const QUALIFIERS: [&str; 5] = ["const", "volatile", "static", "extern", "register"];

/// The readings of a text, the likeliest first.
pub(super) fn readings(text: &str, matching: Match) -> Vec<Sought> {
    let text = text.trim();
    let as_typed = Sought {
        reading: Reading::AsTyped,
        groups: &[],
        name: Text {
            matching,
            ..Text::part(text)
        },
        members: Vec::new(),
    };
    if text.is_empty() || matching != Match::Substring {
        return vec![as_typed];
    }
    let mut all = vec![as_typed.clone()];
    let mut add = |reading, groups, name: Text| {
        all.push(Sought {
            reading,
            groups,
            name,
            members: Vec::new(),
        });
    };
    let (groups, name) = declaration(text);
    if name != text && !name.is_empty() {
        add(
            Reading::Declaration(name.to_owned()),
            groups,
            Text::part(name),
        );
    }
    if groups.is_empty() {
        for spelling in spellings(name) {
            let whole = Text::regex(format!("^{spelling}$"));
            add(Reading::Spelling(spelling), groups, whole);
        }
    }
    if name.contains(char::is_whitespace) {
        let joined = name.split_whitespace().collect::<Vec<_>>().join("_");
        add(Reading::Joined(joined.clone()), groups, Text::part(&joined));
    }
    if let Some(inside) = text
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
        .filter(|inside| !inside.is_empty())
    {
        add(Reading::Regex, &[], Text::regex(inside.to_owned()));
    } else if name.contains(['*', '?']) {
        add(Reading::Pattern, groups, Text::regex(pattern(name)));
    }
    if let Some(member) = member(groups, name) {
        all.push(member);
    }
    let in_any_case: Vec<Sought> = all
        .iter()
        .filter(|sought| sought.name.text.chars().any(char::is_uppercase))
        .map(|sought| {
            let mut sought = sought.clone();
            sought.reading = Reading::AnyCase;
            sought.name.any_case = true;
            sought
        })
        .collect();
    all.extend(in_any_case);
    all
}

/// A type as C has it, without what a declaration has around it: qualifiers, pointers, `;`.
pub(crate) fn bare(text: &str) -> &str {
    let mut rest = text.trim().trim_end_matches([';', '{']).trim_end();
    // `foo *` is a pointer, `foo*` a pattern.
    let without = rest.trim_end_matches('*');
    if without.ends_with(char::is_whitespace) {
        rest = without.trim_end();
    }
    while let Some((word, behind)) = rest.split_once(char::is_whitespace) {
        if !QUALIFIERS.contains(&word) {
            break;
        }
        rest = behind.trim_start();
    }
    rest
}

/// The kinds that a keyword allows, and the name behind it.
fn declaration(text: &str) -> (&'static [Group], &str) {
    let bare = bare(text);
    let Some((word, name)) = bare.split_once(char::is_whitespace) else {
        return (&[], bare);
    };
    match KEYWORDS.iter().find(|(keyword, _)| *keyword == word) {
        Some((_, groups)) => (groups, name.trim_start()),
        None => (&[], bare),
    }
}

/// The names that gcc and clang give a number of C, when the words are those of one.
pub(crate) fn spellings(text: &str) -> Vec<String> {
    let (mut sign, mut long, mut short, mut char, mut int) = (None, 0, false, false, false);
    for word in text.split_whitespace() {
        match word {
            "signed" | "unsigned" if sign.is_none() => sign = Some(word),
            "long" => long += 1,
            "short" if !short => short = true,
            "char" if !char => char = true,
            "int" if !int => int = true,
            _ => return Vec::new(),
        }
    }
    let is_number = match (char, short, long) {
        (true, false, 0) => !int,
        (false, true, 0) | (false, false, 0..=2) => true,
        _ => false,
    };
    if !is_number {
        return Vec::new();
    }
    let length = match (short, long) {
        (true, _) => "short ",
        (_, 1) => "long ",
        (_, 2) => "long long ",
        _ => "",
    };
    let unsigned = if sign == Some("unsigned") {
        "unsigned "
    } else {
        ""
    };
    let (gcc, clang) = if char {
        let sign = sign.map_or_else(String::new, |sign| format!("{sign} "));
        (format!("{sign}char"), format!("{sign}char"))
    } else if length.is_empty() {
        (format!("{unsigned}int"), format!("{unsigned}int"))
    } else {
        let clang = format!("{unsigned}{length}");
        (
            format!("{length}{unsigned}int"),
            clang.trim_end().to_owned(),
        )
    };
    let mut all = vec![gcc];
    if !all.contains(&clang) {
        all.push(clang);
    }
    all.retain(|name| name != text);
    all
}

/// A regular expression for the whole name: `*` stands for any letters, `?` for one.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("^");
    for letter in text.chars() {
        match letter {
            '*' => pattern.push_str(".*"),
            '?' => pattern.push('.'),
            letter if letter.is_alphanumeric() || letter == '_' => pattern.push(letter),
            other => {
                pattern.push('\\');
                pattern.push(other);
            }
        }
    }
    pattern.push('$');
    pattern
}

/// `type.member`, `type->member`, `type::member`, and further members behind.
fn member(groups: &'static [Group], text: &str) -> Option<Sought> {
    let plain = text.replace("->", ".").replace("::", ".");
    let mut parts = plain.split('.').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let members: Vec<String> = parts.map(str::to_owned).collect();
    let whole = !members.is_empty() && members.iter().rev().skip(1).all(|name| !name.is_empty());
    whole.then(|| Sought {
        reading: Reading::Member,
        groups,
        name: Text::part(name),
        members,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Reading> {
        let all = readings(text, Match::Substring);
        all.into_iter().map(|sought| sought.reading).collect()
    }

    fn declared(text: &str) -> (usize, &str) {
        let (groups, name) = declaration(text);
        (groups.len(), name)
    }

    #[test]
    fn declarations_lose_what_is_no_name() {
        assert_eq!(declared("struct net *"), (2, "net"));
        assert_eq!(declared("const struct net **"), (2, "net"));
        assert_eq!(declared("struct  sk_buff;"), (2, "sk_buff"));
        assert_eq!(declared("enum hrtimer_mode {"), (1, "hrtimer_mode"));
        assert_eq!(declared("tcp_*"), (0, "tcp_*"), "a pattern");
        assert_eq!(declared("u32 *"), (0, "u32"));
        assert_eq!(declared("struct"), (0, "struct"));
        assert_eq!(declared("*"), (0, "*"));
    }

    #[test]
    fn numbers_of_c_are_spelled_as_compilers_do() {
        assert_eq!(spellings("unsigned long"), ["long unsigned int"]);
        assert_eq!(
            spellings("long long unsigned"),
            ["long long unsigned int", "unsigned long long"]
        );
        assert_eq!(spellings("unsigned"), ["unsigned int"]);
        assert_eq!(spellings("unsigned char"), [""; 0]);
        assert_eq!(spellings("long long long"), [""; 0]);
        assert_eq!(spellings("long double"), [""; 0]);
    }

    #[test]
    fn readings_come_likeliest_first() {
        assert_eq!(of("sk_buff"), [Reading::AsTyped]);
        assert_eq!(of("sk_buff->len"), [Reading::AsTyped, Reading::Member]);
        assert_eq!(
            of("task struct"),
            [Reading::AsTyped, Reading::Joined("task_struct".to_owned())]
        );
        assert_eq!(of("tcp_*_sock"), [Reading::AsTyped, Reading::Pattern]);
        assert_eq!(of("/^tcp$/"), [Reading::AsTyped, Reading::Regex]);
        assert_eq!(of("SK_BUFF"), [Reading::AsTyped, Reading::AnyCase]);
        assert_eq!(of(".data..percpu"), [Reading::AsTyped]);
    }

    #[test]
    fn patterns_escape_what_means_something_else() {
        assert_eq!(pattern("a*b?"), "^a.*b.$");
        assert_eq!(pattern("a.(b"), "^a\\.\\(b$");
    }
}
