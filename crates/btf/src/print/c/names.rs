//! Names in C: made valid, and made unique where BTF has several types of one name.

use super::keywords;
use crate::{Btf, Kind, Type, TypeId};
use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::rc::Rc;
use alloc::string::String;
use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

/// Names handed out so far.
#[derive(Default)]
pub(super) struct Names {
    /// Whether later types of a name get a number, as all stand in one file.
    unique: bool,
    tags: HashMap<String, Tag, FxBuildHasher>,
    identifiers: HashMap<String, u32, FxBuildHasher>,
    given: HashMap<TypeId, Rc<str>, FxBuildHasher>,
    numbers: HashMap<Number, Rc<str>, FxBuildHasher>,
}

/// What tells numbers of one name apart: clang calls each `_BitInt(N)` by the name `_BitInt`.
#[derive(PartialEq, Eq, Hash)]
struct Number {
    name: Box<str>,
    kind: Kind,
    size: u32,
    encoding: u32,
}

impl Number {
    fn of(plain: &str, ty: Type<'_>) -> Number {
        Number {
            name: Box::from(plain),
            kind: ty.kind(),
            size: ty.size().unwrap_or(0),
            encoding: ty.tail().first().map_or(0, |word| word >> 24),
        }
    }
}

/// A name behind `struct`, `union` or `enum`, which share one name space.
struct Tag {
    keyword: &'static str,
    /// Whether a definition has the plain name, not only a forward.
    defined: bool,
    uses: u32,
}

impl Names {
    /// For one declaration by itself: names as they are.
    pub(super) fn plain() -> Names {
        Names::default()
    }

    /// For a header: the second type of a name becomes `name___2`, as libbpf has it.
    pub(super) fn header() -> Names {
        Names {
            unique: true,
            ..Names::default()
        }
    }

    /// The name of a struct, union, enumeration, forward or typedef; the same each time.
    pub(super) fn of(&mut self, btf: &Btf, id: TypeId) -> Rc<str> {
        if let Some(name) = self.given.get(&id) {
            return Rc::clone(name);
        }
        let Some(ty) = btf.get(id) else {
            return Rc::from("");
        };
        let raw = btf.str(ty.name());
        let plain = match &*raw {
            "" => Cow::Owned(format!("__btf_anon_{}", id.0)),
            raw => identifier(raw),
        };
        let name: Rc<str> = match ty.kind() {
            _ if !self.unique => Rc::from(&*plain),
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::Fwd => {
                Rc::from(self.tag(ty, &plain))
            }
            _ => Rc::from(self.identifier(&plain)),
        };
        self.given.insert(id, Rc::clone(&name));
        name
    }

    /// A name for a typedef or an enumerator: numbered when taken.
    pub(super) fn identifier<'n>(&mut self, plain: &'n str) -> Cow<'n, str> {
        if !self.unique {
            return Cow::Borrowed(plain);
        }
        number(plain, self.identifiers.entry_ref(plain).or_insert(0))
    }

    /// Gives a number that C does not know its name, unless an equal one has it already.
    pub(super) fn new_number(&mut self, plain: &str, ty: Type<'_>) -> Option<Rc<str>> {
        let number = Number::of(plain, ty);
        if self.numbers.contains_key(&number) {
            return None;
        }
        let name: Rc<str> = Rc::from(self.identifier(plain));
        self.numbers.insert(number, Rc::clone(&name));
        Some(name)
    }

    /// The name of a number that C does not know.
    pub(super) fn number(&self, plain: &str, ty: Type<'_>) -> Rc<str> {
        match self.numbers.get(&Number::of(plain, ty)) {
            Some(name) => Rc::clone(name),
            None => Rc::from(plain),
        }
    }

    /// Whether a typedef or an enumerator has this name.
    pub(super) fn is_identifier(&self, name: &str) -> bool {
        self.identifiers.contains_key(name)
    }

    fn tag<'n>(&mut self, ty: Type<'_>, plain: &'n str) -> Cow<'n, str> {
        let keyword = keyword(ty);
        let forward = ty.kind() == Kind::Fwd;
        let tag = self.tags.entry_ref(plain).or_insert(Tag {
            keyword,
            defined: false,
            uses: 0,
        });
        // A forward and the first definition of that name are one type in C.
        if tag.uses > 0 && tag.keyword == keyword && (forward || !tag.defined) {
            tag.defined |= !forward;
            return Cow::Borrowed(plain);
        }
        if tag.uses == 0 {
            tag.defined = !forward;
        }
        number(plain, &mut tag.uses)
    }
}

fn number<'n>(plain: &'n str, uses: &mut u32) -> Cow<'n, str> {
    *uses = uses.saturating_add(1);
    match *uses {
        1 => Cow::Borrowed(plain),
        n => Cow::Owned(format!("{plain}___{n}")),
    }
}

/// The keyword before the name of a struct, union or enumeration, defined or forward.
pub(super) fn keyword(ty: Type<'_>) -> &'static str {
    match (ty.kind(), ty.kind_flag()) {
        (Kind::Union, _) | (Kind::Fwd, true) => "union",
        (Kind::Enum | Kind::Enum64, _) => "enum",
        _ => "struct",
    }
}

/// `name` as a C identifier: other characters become `_` (names of other languages have `::` and `<`),
/// and a keyword gets a `_` at its end.
pub(super) fn identifier(name: &str) -> Cow<'_, str> {
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut name = Cow::Borrowed(name);
    if !name.chars().all(good) {
        name = Cow::Owned(
            name.chars()
                .map(|c| if good(c) { c } else { '_' })
                .collect(),
        );
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.to_mut().insert(0, '_');
    }
    if keywords::is_reserved(&name) {
        name.to_mut().push('_');
    }
    name
}

/// Whether C knows this name of a number: only words such as `long unsigned int` or `__int128`.
pub(super) fn is_builtin(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "_Bool", "_Complex", "__int128", "char", "double", "float", "int", "long", "short",
        "signed", "unsigned", "_Float16", "__bf16", "__fp16",
    ];
    !name.is_empty() && name.split(' ').all(|word| WORDS.contains(&word))
}

/// As [`is_builtin`] for a number of this size: Rust's `char` has 4 bytes.
pub(super) fn is_builtin_of(name: &str, size: Option<u32>) -> bool {
    is_builtin(name) && (size == Some(1) || !name.split(' ').any(|word| word == "char"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        assert_eq!(identifier("list_head"), "list_head");
        assert_eq!(
            identifier("core::fmt::Arguments<'_>"),
            "core__fmt__Arguments____"
        );
        assert_eq!(identifier("3d"), "_3d");
        assert_eq!(identifier("default"), "default_");
    }

    #[test]
    fn c_knows_its_own_numbers_only() {
        assert!(is_builtin("long unsigned int"));
        assert!(is_builtin("__int128 unsigned"));
        assert!(!is_builtin("__Poly8_t"));
        assert!(is_builtin_of("unsigned char", Some(1)));
        assert!(!is_builtin_of("char", Some(4)));
        assert!(!is_builtin(""));
    }
}
