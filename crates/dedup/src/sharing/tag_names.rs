//! Tag names: the names of structs, unions and enumerations, in C's sense of *tag* (not BTF's tags).

use btf::{Info, Kind, StringOffset};
use rustc_hash::FxHashMap;

/// What a name is the name of. Both widths of enumeration share their names, as in dedup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TagNameKind {
    Struct,
    Union,
    Enum,
}

/// A type's part in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TagRole {
    Definition,
    Forward,
}

/// Whether types of a kind are referred to by their name, if they have one.
pub(crate) const fn can_have_tag_name(kind: Kind) -> bool {
    use Kind::{Enum, Enum64, Fwd, Struct, Union};
    matches!(kind, Struct | Union | Fwd | Enum | Enum64)
}

/// The kind and role of a type; `None` for types that are referred to by other than their name.
pub(crate) fn tag_of(words: &[u32]) -> Option<(TagNameKind, TagRole)> {
    let [name, info, ..] = *words else {
        return None;
    };
    if name == 0 {
        return None;
    }
    let info = Info(info);
    Some(match info.kind() {
        Kind::Struct => (TagNameKind::Struct, TagRole::Definition),
        Kind::Union => (TagNameKind::Union, TagRole::Definition),
        Kind::Fwd if info.kind_flag() => (TagNameKind::Union, TagRole::Forward),
        Kind::Fwd => (TagNameKind::Struct, TagRole::Forward),
        Kind::Enum | Kind::Enum64 if info.vlen() == 0 => (TagNameKind::Enum, TagRole::Forward),
        Kind::Enum | Kind::Enum64 => (TagNameKind::Enum, TagRole::Definition),
        _ => return None,
    })
}

/// Tag names by number, in the order in which they first appeared.
#[derive(Debug, Default)]
pub(crate) struct TagNames {
    by_name: FxHashMap<(StringOffset, TagNameKind), u32>,
    /// Name and kind of each.
    pub list: Vec<(StringOffset, TagNameKind)>,
    /// The number that came after each the last time: a guess that mostly holds, and saves the look-up.
    after: Vec<u32>,
    last: u32,
}

impl TagNames {
    /// The number of a name, added when it is new.
    #[inline]
    pub fn number(&mut self, name: StringOffset, kind: TagNameKind) -> u32 {
        if let Some(&guess) = self.after.get(self.last as usize)
            && self.list.get(guess as usize) == Some(&(name, kind))
        {
            self.last = guess;
            return guess;
        }
        self.look_up(name, kind)
    }

    fn look_up(&mut self, name: StringOffset, kind: TagNameKind) -> u32 {
        let next = self.list.len() as u32;
        let number = *self.by_name.entry((name, kind)).or_insert(next);
        if number == next {
            self.list.push((name, kind));
            self.after.push(0);
        }
        if let Some(after) = self.after.get_mut(self.last as usize) {
            *after = number;
        }
        self.last = number;
        number
    }

    /// The number of a name that is there.
    pub fn find(&self, name: StringOffset, kind: TagNameKind) -> Option<u32> {
        self.by_name.get(&(name, kind)).copied()
    }
}
