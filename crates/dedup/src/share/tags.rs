//! Names of structs, unions and enumerations: what a leaf refers to.

use btf::{Info, Kind, StringOffset};
use rustc_hash::FxHashMap;

/// What a name is the name of. Both widths of enumeration share their names, as in dedup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Struct,
    Union,
    Enum,
}

/// A type's part in its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Definition,
    Forward,
}

/// The class and role of a type; `None` for types that are not leaves.
pub(crate) fn class_of(words: &[u32]) -> Option<(Class, Role)> {
    let [name, info, ..] = *words else {
        return None;
    };
    if name == 0 {
        return None;
    }
    let info = Info(info);
    Some(match info.kind() {
        Kind::Struct => (Class::Struct, Role::Definition),
        Kind::Union => (Class::Union, Role::Definition),
        Kind::Fwd if info.kind_flag() => (Class::Union, Role::Forward),
        Kind::Fwd => (Class::Struct, Role::Forward),
        Kind::Enum | Kind::Enum64 if info.vlen() == 0 => (Class::Enum, Role::Forward),
        Kind::Enum | Kind::Enum64 => (Class::Enum, Role::Definition),
        _ => return None,
    })
}

/// Names by number, in the order in which they were first met.
#[derive(Debug, Default)]
pub(crate) struct Tags {
    by_name: FxHashMap<(StringOffset, Class), u32>,
    /// Name and class of each.
    pub list: Vec<(StringOffset, Class)>,
    /// The number that came after each the last time: a guess that mostly holds, and saves the look-up.
    after: Vec<u32>,
    last: u32,
}

impl Tags {
    /// The number of a name, added when it is new.
    #[inline]
    pub fn number(&mut self, name: StringOffset, class: Class) -> u32 {
        if let Some(&guess) = self.after.get(self.last as usize)
            && self.list.get(guess as usize) == Some(&(name, class))
        {
            self.last = guess;
            return guess;
        }
        self.look_up(name, class)
    }

    fn look_up(&mut self, name: StringOffset, class: Class) -> u32 {
        let next = self.list.len() as u32;
        let number = *self.by_name.entry((name, class)).or_insert(next);
        if number == next {
            self.list.push((name, class));
            self.after.push(0);
        }
        if let Some(after) = self.after.get_mut(self.last as usize) {
            *after = number;
        }
        self.last = number;
        number
    }

    /// The number of a name that is there.
    pub fn find(&self, name: StringOffset, class: Class) -> Option<u32> {
        self.by_name.get(&(name, class)).copied()
    }
}
