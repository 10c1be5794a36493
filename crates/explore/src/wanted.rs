//! Which type a name or number means, and similar names if there is none.

use crate::address;
use crate::list::{bare, spellings};
use btf::{Btf, Kind, TypeId};
use std::collections::BTreeSet;

/// How many similar names a message offers.
const SUGGESTIONS: usize = 5;

/// Which type is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// The type with this number.
    Id(TypeId),
    /// Types of this name.
    Name {
        /// The word for a kind in front of the name.
        keyword: Option<&'a str>,
        /// The name without that word.
        name: &'a str,
    },
}

impl<'a> Wanted<'a> {
    /// Reads `[12]`, `12`, `struct foo`, `foo`, and declarations such as `const struct foo *`.
    pub fn parse(text: &'a str) -> Wanted<'a> {
        let text = bare(text);
        let digits = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(id) = digits.trim().parse() {
            return Wanted::Id(TypeId(id));
        }
        if let Some((word, name)) = text.split_once(char::is_whitespace)
            && address::kinds(word).next().is_some()
        {
            return Wanted::Name {
                keyword: Some(word),
                name: name.trim(),
            };
        }
        // Types such as `unsigned int` have spaces in their names.
        Wanted::Name {
            keyword: None,
            name: text,
        }
    }

    /// Whether the keyword, if there is one, can mean a type of this kind: a struct or union may only be declared.
    fn fits(&self, kind: Kind) -> bool {
        match *self {
            Wanted::Name {
                keyword: Some(keyword),
                ..
            } => {
                address::word(kind) == keyword
                    || kind == Kind::Fwd && matches!(keyword, "struct" | "union")
            }
            _ => true,
        }
    }

    /// Ids of the types that fit, those of the base included; declarations only if there is no definition.
    pub fn find(&self, btf: &Btf) -> Vec<TypeId> {
        let name = match self {
            Wanted::Id(id) if *id == TypeId::VOID || btf.get(*id).is_some() => return vec![*id],
            Wanted::Id(_) => return Vec::new(),
            Wanted::Name { name, .. } => name.as_bytes(),
        };
        let with = |fits: &dyn Fn(&[u8]) -> bool| -> Vec<TypeId> {
            let all = named(btf).filter(|(id, there)| fits(there) && self.fits(btf.kind(*id)));
            all.map(|(id, _)| id).collect()
        };
        let mut found = with(&|there| there == name);
        // As BTF spells a number of C, then in any case.
        for spelling in spellings(&String::from_utf8_lossy(name)) {
            if found.is_empty() {
                found = with(&|there| there == spelling.as_bytes());
            }
        }
        if found.is_empty() {
            found = with(&|there| there.eq_ignore_ascii_case(name));
        }
        if found.iter().any(|id| btf.kind(*id) != Kind::Fwd) {
            found.retain(|id| btf.kind(*id) != Kind::Fwd);
        }
        found
    }

    /// The sentence for a search without a result: what exists instead.
    pub fn not_found(&self, btf: &Btf) -> String {
        let (keyword, name) = match self {
            Wanted::Id(id) => {
                let last = TypeId(btf.end_id().0.saturating_sub(1));
                return format!("type {id} does not exist; the last type id is {last}");
            }
            Wanted::Name { keyword, name } => (keyword, name),
        };
        let what = match keyword {
            Some(keyword) => format!("{keyword} {name}"),
            None => format!("type {name}"),
        };
        let any = Wanted::Name {
            keyword: None,
            name,
        };
        if keyword.is_some()
            && let Some(id) = any.find(btf).first()
        {
            return format!("no {what} exists; {name} is of kind {}", btf.kind(*id));
        }
        let similar = similar(btf, name, |kind| self.fits(kind));
        if similar.is_empty() {
            return format!("no {what} exists");
        }
        format!("no {what} exists; did you mean {}?", similar.join(", "))
    }
}

/// All types that have a name to be found by, those of the base included.
fn named(btf: &Btf) -> impl Iterator<Item = (TypeId, &[u8])> {
    (1..btf.end_id().0).map(TypeId).filter_map(|id| {
        let ty = btf.get(id)?;
        if ty.name().is_empty() || matches!(ty.kind(), Kind::DeclTag | Kind::TypeTag) {
            return None;
        }
        Some((id, btf.string(ty.name())?))
    })
}

/// Similar names, the most similar first.
pub(crate) fn similar(btf: &Btf, name: &str, fits: impl Fn(Kind) -> bool) -> Vec<String> {
    let wanted = name.to_lowercase();
    let near = (wanted.chars().count() / 3).max(1);
    let letters = counted(wanted.as_bytes());
    let mut ranked = BTreeSet::new();
    for (id, there) in named(btf) {
        if !fits(btf.kind(id)) {
            continue;
        }
        let there = String::from_utf8_lossy(there);
        let lower = there.to_lowercase();
        // Names of very different length or letters cannot be similar.
        let is_near = lower.len().abs_diff(wanted.len()) <= near
            && other_letters(lower.as_bytes(), &letters) <= 2 * near;
        let distance = if is_near {
            strsim::damerau_levenshtein(&lower, &wanted)
        } else {
            usize::MAX
        };
        let part = wanted.len() >= 3 && lower.contains(&wanted);
        let rank = match distance {
            0 => 0,
            1 => 1,
            _ if part && lower.starts_with(&wanted) => 2,
            distance if distance <= near => 3,
            _ if part => 4,
            _ => continue,
        };
        ranked.insert((rank, distance, there.len(), there.into_owned()));
        if ranked.len() > SUGGESTIONS {
            ranked.pop_last();
        }
    }
    ranked.into_iter().map(|(_, _, _, name)| name).collect()
}

/// How often each byte occurs, in 64 classes.
fn counted(name: &[u8]) -> [i16; 64] {
    let mut counts = [0; 64];
    for byte in name.iter().take(i16::MAX as usize) {
        counts[usize::from(byte % 64)] += 1;
    }
    counts
}

/// How many letters two names do not share. Each change between them explains two at most.
fn other_letters(name: &[u8], letters: &[i16; 64]) -> usize {
    let counts = counted(name);
    let differences = counts.iter().zip(letters).map(|(a, b)| a.abs_diff(*b));
    differences.map(usize::from).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name<'a>(keyword: Option<&'static str>, name: &'a str) -> Wanted<'a> {
        Wanted::Name { keyword, name }
    }

    #[test]
    fn ids_keywords_and_names_are_told_apart() {
        assert_eq!(Wanted::parse("[12]"), Wanted::Id(TypeId(12)));
        assert_eq!(Wanted::parse("12"), Wanted::Id(TypeId(12)));
        assert_eq!(Wanted::parse("struct  foo"), name(Some("struct"), "foo"));
        assert_eq!(
            Wanted::parse("datasec .data"),
            name(Some("datasec"), ".data")
        );
        assert_eq!(Wanted::parse("type foo"), name(None, "type foo"));
        assert_eq!(Wanted::parse("unsigned int"), name(None, "unsigned int"));
        assert_eq!(Wanted::parse("[x]"), name(None, "[x]"));
    }

    #[test]
    fn a_definition_hides_its_declarations_and_keywords_choose() {
        let mut btf = Btf::new();
        btf.add_fwd("foo", btf::FwdKind::Struct).expect("fits");
        btf.add_composite(Kind::Struct, "foo", 0, &[])
            .expect("fits");
        btf.add_typedef("foo", TypeId(2)).expect("fits");
        btf.add_fwd("bar", btf::FwdKind::Struct).expect("fits");
        let find = |text| Wanted::parse(text).find(&btf);
        assert_eq!(find("foo"), [TypeId(2), TypeId(3)]);
        assert_eq!(find("struct foo"), [TypeId(2)]);
        assert_eq!(find("typedef foo"), [TypeId(3)]);
        assert_eq!(find("bar"), [TypeId(4)]);
        assert_eq!(find("[4]"), [TypeId(4)]);
        assert!(find("[5]").is_empty());
        let text = |text| Wanted::parse(text).not_found(&btf);
        assert_eq!(
            text("[5]"),
            "type [5] does not exist; the last type id is [4]"
        );
        assert_eq!(text("fooo"), "no type fooo exists; did you mean foo?");
        assert_eq!(text("union bat"), "no union bat exists; did you mean bar?");
        assert_eq!(text("enum bar"), "no enum bar exists; bar is of kind FWD");
        assert_eq!(text("zzzzzz"), "no type zzzzzz exists");
    }
}
