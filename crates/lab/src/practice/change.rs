//! Changes: one thing in a unit becomes another.

use super::declare::{Base, Decl, Member, Type, Unit, member, word};
use super::random::Random;
use super::words::{NUMBERS, PARAMS};

/// What can become another thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// The type of a number in a record, in one without a name too.
    MemberType,
    /// The name of a number in a record.
    MemberName,
    /// Two members of a record change places.
    MemberOrder,
    /// A record has one member more.
    NewMember,
    /// A number in a record becomes a bit-field, or one of another width.
    Bits,
    /// The length of an array.
    Length,
    /// What a typedef stands for.
    Target,
    /// A member no longer uses a typedef, but what it stands for.
    NoTypedef,
    /// The number of an enumerator.
    Value,
    /// An enumeration has one value less.
    FewerValues,
    /// The name of a parameter.
    ParamName,
    /// The type of a parameter.
    ParamType,
    /// The result of a function.
    Result,
}

/// Makes one of the changes; whether there was something to change.
pub fn change(unit: &mut Unit, changes: &[Change], random: &mut Random) -> bool {
    let changes = random.shuffled(changes);
    changes.into_iter().any(|one| apply(unit, one, random))
}

fn apply(unit: &mut Unit, change: Change, random: &mut Random) -> bool {
    match change {
        Change::NoTypedef => no_typedef(unit),
        Change::Target => {
            let targets = unit.iter_mut().filter_map(|decl| match decl {
                Decl::Typedef { ty, .. } if is_number(ty) => Some(ty),
                _ => None,
            });
            change_type(targets.collect(), random)
        }
        Change::Value | Change::FewerValues => {
            let lists = unit.iter_mut().filter_map(|decl| match decl {
                Decl::Enum { values, .. } => Some(values),
                _ => None,
            });
            let Some(values) = picked(lists.collect(), random) else {
                return false;
            };
            match change {
                Change::Value => match values.last_mut() {
                    Some((_, number)) => *number += 1 + i32::from(random.percent(50)),
                    None => return false,
                },
                _ if values.len() < 2 => return false,
                _ => drop(values.pop()),
            }
            true
        }
        Change::ParamName | Change::ParamType => {
            let params = unit.iter_mut().filter_map(|decl| match decl {
                Decl::Function { params, .. } => Some(params),
                _ => None,
            });
            let params: Vec<&mut Member> = params.flatten().collect();
            match change {
                Change::ParamType => {
                    let types = params.into_iter().map(|param| &mut param.ty);
                    change_type(types.filter(|ty| is_number(ty)).collect(), random)
                }
                _ => rename(params, &PARAMS, random),
            }
        }
        Change::Result => {
            let results = unit.iter_mut().filter_map(|decl| match decl {
                Decl::Function { result, .. } if is_number(result) => Some(result),
                _ => None,
            });
            change_type(results.collect(), random)
        }
        _ => {
            let mut lists = Vec::new();
            for decl in unit {
                match decl {
                    Decl::Record { members, .. } => lists.push(members),
                    Decl::Typedef {
                        ty:
                            Type {
                                base: Base::Anonymous(_, members),
                                ..
                            },
                        ..
                    } => lists.push(members),
                    _ => {}
                }
            }
            let Some(members) = picked(lists, random) else {
                return false;
            };
            let inner = members
                .iter_mut()
                .find_map(|member| match &mut member.ty.base {
                    Base::Anonymous(_, inner) => Some(inner),
                    _ => None,
                });
            match inner {
                Some(inner) if random.percent(70) => in_members(inner, change, random),
                _ => in_members(members, change, random),
            }
        }
    }
}

fn in_members(members: &mut Vec<Member>, change: Change, random: &mut Random) -> bool {
    match change {
        Change::MemberType => {
            let types = members.iter_mut().filter(|member| member.bits.is_none());
            let types = types.map(|member| &mut member.ty);
            change_type(types.filter(|ty| is_integer(ty)).collect(), random)
        }
        Change::MemberName => {
            let numbers = members.iter_mut().filter(|member| is_number(&member.ty));
            rename(numbers.collect(), &NUMBERS, random)
        }
        Change::MemberOrder => {
            let places = 1..members.len();
            let differ = |at: &usize| {
                let (one, other) = (members.get(at - 1), members.get(*at));
                one.zip(other)
                    .is_some_and(|(one, other)| one.ty != other.ty)
            };
            let places: Vec<usize> = places.filter(differ).collect();
            match random.one(&places) {
                Some(&at) => {
                    members.swap(at - 1, at);
                    true
                }
                None => false,
            }
        }
        Change::NewMember => {
            let unused = NUMBERS
                .iter()
                .filter(|name| members.iter().all(|member| member.name != **name));
            let unused: Vec<&&str> = unused.collect();
            match random.one(&unused) {
                Some(name) => {
                    members.push(member(name, word("int")));
                    true
                }
                None => false,
            }
        }
        Change::Bits => {
            let integers = members.iter_mut().filter(|member| {
                matches!(member.ty.base, Base::Word("int" | "unsigned int"))
                    && is_number(&member.ty)
            });
            match picked(integers.collect(), random) {
                Some(member) => {
                    member.bits = match member.bits {
                        Some(bits) => Some(bits + 1),
                        None => Some(u8::try_from(random.between(3, 9)).unwrap_or(3)),
                    };
                    true
                }
                None => false,
            }
        }
        Change::Length => {
            let lengths = members
                .iter_mut()
                .filter_map(|member| member.ty.length.as_mut());
            match picked(lengths.collect(), random) {
                Some(length) => {
                    *length += u32::try_from(random.between(1, 3)).unwrap_or(1);
                    true
                }
                None => false,
            }
        }
        _ => false,
    }
}

/// One member stops using a typedef.
fn no_typedef(unit: &mut Unit) -> bool {
    let typedefs: Vec<(&str, Type)> = unit
        .iter()
        .filter_map(|decl| match decl {
            Decl::Typedef { name, ty } => Some((*name, ty.clone())),
            _ => None,
        })
        .collect();
    for decl in unit {
        let Decl::Record { members, .. } = decl else {
            continue;
        };
        for member in members {
            let used = typedefs
                .iter()
                .find(|(name, _)| matches!(member.ty.base, Base::Word(word) if word == *name));
            if let Some((_, target)) = used {
                member.ty.base = target.base.clone();
                return true;
            }
        }
    }
    false
}

/// One of these integers becomes another.
fn change_type(types: Vec<&mut Type>, random: &mut Random) -> bool {
    let Some(ty) = picked(types, random) else {
        return false;
    };
    let Base::Word(now) = ty.base else {
        return false;
    };
    // Of the same size, so that a walk has to look; of another size, so that the hash tells.
    let others: &[&'static str] = match now {
        "int" => &["unsigned int", "long", "short"],
        "unsigned int" | "unsigned" => &["int", "unsigned long"],
        "long" => &["unsigned long", "long long", "int"],
        "unsigned long" => &["long", "unsigned int"],
        "char" => &["unsigned char", "signed char"],
        "short" => &["unsigned short", "int"],
        _ => &["int", "long"],
    };
    match random.one(others) {
        Some(other) => {
            ty.base = Base::Word(other);
            true
        }
        None => false,
    }
}

/// One of these members gets a name that none of them has.
fn rename(members: Vec<&mut Member>, names: &[&'static str], random: &mut Random) -> bool {
    let taken: Vec<&str> = members.iter().map(|member| member.name).collect();
    let names: Vec<&'static str> = names
        .iter()
        .copied()
        .filter(|name| !taken.contains(name))
        .collect();
    match (picked(members, random), random.one(&names)) {
        (Some(member), Some(name)) => {
            member.name = name;
            true
        }
        _ => false,
    }
}

/// One of a list, taken out.
fn picked<T>(mut list: Vec<T>, random: &mut Random) -> Option<T> {
    match list.len() {
        0 => None,
        len => Some(list.swap_remove(random.below(len))),
    }
}

/// Whether it is an integer, and not an array or a pointer.
fn is_number(ty: &Type) -> bool {
    is_integer(ty) && ty.length.is_none()
}

/// Whether it is an integer, or an array of them.
fn is_integer(ty: &Type) -> bool {
    matches!(ty.base, Base::Word(_)) && !ty.is_pointer
}
