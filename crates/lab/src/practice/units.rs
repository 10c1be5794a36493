//! Random units of each family.

use super::change::{Change, change};
use super::declare::{Base, Decl, Member, Unit, declared, member, record, structure, word};
use super::random::Random;
use super::words::{
    ENUMS, FUNCTIONS, INTEGERS, LINKS, NUMBERS, PARAMS, RECORDS, TYPEDEFS, written_otherwise,
};
use super::{Family, Level};

/// Units of a family. Whether they make a good question is decided elsewhere.
pub fn units(family: Family, level: Level, random: &mut Random) -> Vec<Unit> {
    let base = match family {
        Family::Primitives => return primitives(level, random),
        Family::Walks => return walks(level, random),
        Family::Forwards => return forwards(level, random),
        Family::Enums => return enums(level, random),
        Family::Typedefs => typedefs(level, random),
        Family::Members => members(level, random),
        Family::Cycles => cycles(level, random),
        Family::Prototypes => prototypes(level, random),
        Family::Arrays => arrays(level, random),
        Family::Anonymous => anonymous(level, random),
    };
    let changes: &[Change] = match family {
        Family::Typedefs => &[Change::Target, Change::NoTypedef, Change::MemberName],
        Family::Prototypes => &[Change::ParamName, Change::ParamType, Change::Result],
        Family::Arrays => &[Change::Length, Change::MemberType, Change::MemberOrder],
        Family::Anonymous => &[Change::MemberType, Change::MemberName, Change::MemberOrder],
        Family::Cycles => &[Change::MemberType, Change::MemberName, Change::NewMember],
        _ => &[
            Change::MemberType,
            Change::MemberName,
            Change::MemberOrder,
            Change::NewMember,
            Change::Bits,
        ],
    };
    // A cycle alone is something to think about.
    let always = if family == Family::Cycles { 70 } else { 95 };
    copies(base, level, changes, always, random)
}

/// A unit and one or two copies of it, of which some have a difference.
fn copies(
    base: Unit,
    level: Level,
    changes: &[Change],
    always: usize,
    random: &mut Random,
) -> Vec<Unit> {
    let mut second = base.clone();
    if random.percent(always) {
        change(&mut second, changes, random);
    }
    if random.percent(50) {
        reorder(&mut second, random);
    }
    let mut units = vec![base, second];
    if level != Level::Small && random.percent(35) {
        let mut third = random.one(&units).cloned().unwrap_or_default();
        if random.percent(40) {
            change(&mut third, changes, random);
        }
        units.push(third);
    }
    random.shuffle(&mut units);
    units
}

/// Puts what can stand anywhere into another order: records that refer to each other by pointers alone, functions.
fn reorder(unit: &mut Unit, random: &mut Random) {
    let movable = |decl: &Decl| match decl {
        Decl::Record { members, .. } => members.iter().all(|member| {
            member.ty.is_pointer || matches!(member.ty.base, Base::Word(_) | Base::Anonymous(..))
        }),
        Decl::Function { .. } => true,
        _ => false,
    };
    let from = unit.iter().take_while(|decl| !movable(decl)).count();
    if let Some(tail) = unit.get_mut(from..)
        && tail.iter().all(movable)
    {
        random.shuffle(tail);
    }
}

/// So many different ones of a list.
fn some<T: Copy, const N: usize>(list: &[T], random: &mut Random) -> [T; N] {
    let list = random.shuffled(list);
    // The lists are longer than what is taken from them.
    std::array::from_fn(|at| list[at % list.len()])
}

/// A type for a number, mostly `int`.
fn number(random: &mut Random) -> &'static str {
    let usual = [
        "int",
        "int",
        "int",
        "long",
        "unsigned int",
        "unsigned long",
        "char",
    ];
    random.one(&usual).copied().unwrap_or("int")
}

fn primitives(level: Level, random: &mut Random) -> Vec<Unit> {
    let (units, shared, own) = match level {
        Level::Small => (2, (1, 2), (1, 2)),
        Level::Medium => (2, (2, 3), (2, 3)),
        Level::Large => (3, (2, 3), (1, 3)),
    };
    let mut integers = random.shuffled(&INTEGERS).into_iter();
    let shared: Vec<&str> = integers
        .by_ref()
        .take(random.between(shared.0, shared.1))
        .collect();
    let rest: Vec<&str> = integers.collect();
    let mut made = Vec::new();
    for _ in 0..units {
        let own = random
            .shuffled(&rest)
            .into_iter()
            .take(random.between(own.0, own.1));
        let mut types: Vec<&str> = shared.iter().copied().chain(own).collect();
        random.shuffle(&mut types);
        let names = random.shuffled(&NUMBERS).into_iter();
        let variables = types.into_iter().zip(names).map(|(ty, name)| {
            let ty = match written_otherwise(ty) {
                Some(other) if random.percent(40) => other,
                _ => ty,
            };
            Decl::Variable { name, ty: word(ty) }
        });
        made.push(variables.collect());
    }
    made
}

fn typedefs(level: Level, random: &mut Random) -> Unit {
    let [first, second, third] = some(&TYPEDEFS, random);
    let [a, b, c] = some(&NUMBERS, random);
    let [one, two] = some(&RECORDS, random);
    let base = number(random);
    let mut unit = vec![Decl::Typedef {
        name: first,
        ty: word(base),
    }];
    let mut members = vec![member(a, word(first))];
    if level == Level::Small {
        if random.percent(50) {
            members.push(member(b, word("int")));
        }
        unit.push(structure(one, members));
        return unit;
    }
    unit.push(Decl::Typedef {
        name: second,
        ty: word(if random.percent(60) { first } else { "long" }),
    });
    members.push(member(b, word(second)));
    unit.push(structure(one, members));
    if level == Level::Large {
        unit.push(Decl::Typedef {
            name: third,
            ty: record(one).pointer(),
        });
        unit.push(structure(two, vec![member(c, word(third))]));
    }
    unit
}

fn members(level: Level, random: &mut Random) -> Unit {
    let [leaf, middle, top] = some(&RECORDS, random);
    let [a, b, c] = some(&NUMBERS, random);
    let [link, second_link] = some(&LINKS, random);
    let leaf_members = |random: &mut Random| {
        let mut members = vec![member(a, word(number(random)))];
        if random.percent(70) {
            members.push(member(b, word(number(random))));
        }
        members
    };
    let mut unit = vec![structure(leaf, leaf_members(random))];
    let mut holder = vec![member(link, record(leaf).pointer())];
    if random.percent(50) {
        holder.push(member(c, word("int")));
    }
    random.shuffle(&mut holder);
    unit.push(structure(middle, holder));
    if level != Level::Small {
        unit.push(structure(
            top,
            vec![member(second_link, record(middle).pointer())],
        ));
    }
    unit
}

fn cycles(level: Level, random: &mut Random) -> Unit {
    let [first, second, third] = some(&RECORDS, random);
    let [a, b] = some(&NUMBERS, random);
    let [next, back, more] = some(&LINKS, random);
    let around: &[&'static str] = match level {
        Level::Small => &[first],
        Level::Medium => &[first, second],
        Level::Large => &[first, second, third],
    };
    let mut unit: Unit = Vec::new();
    for (at, own) in around.iter().enumerate() {
        let to = around.get(at + 1).unwrap_or(&first);
        let mut members = vec![member(next, record(to).pointer())];
        if random.percent(40) {
            members.push(member(back, record(own).pointer()));
        }
        if around.len() > 1 && random.percent(25) {
            members.push(member(more, record(first).pointer()));
        }
        if at == 0 || random.percent(60) {
            members.push(member(a, word(number(random))));
        }
        if random.percent(25) {
            members.push(member(b, word("int")));
        }
        unit.push(structure(own, members));
    }
    unit
}

/// A record that refers to another by a pointer, and that one.
fn pair(random: &mut Random) -> (&'static str, Decl, &'static str, Decl) {
    let [inner, outer] = some(&RECORDS, random);
    let [a, b] = some(&NUMBERS, random);
    let [link, next] = some(&LINKS, random);
    let mut members = vec![member(link, record(inner).pointer())];
    if random.percent(50) {
        members.push(member(next, record(outer).pointer()));
    }
    if random.percent(40) {
        members.push(member(b, word("int")));
    }
    let inner_members = vec![member(a, word(number(random)))];
    (
        inner,
        structure(inner, inner_members),
        outer,
        structure(outer, members),
    )
}

fn walks(level: Level, random: &mut Random) -> Vec<Unit> {
    const CHANGES: &[Change] = &[Change::MemberType, Change::MemberName, Change::NewMember];
    let (inner, definition, outer, holder) = pair(random);
    let whole = vec![definition.clone(), holder.clone()];
    let mut declares = vec![declared(inner), holder.clone()];
    if random.percent(30) {
        change(&mut declares, CHANGES, random);
    }
    let mut units = vec![whole, declares];
    if level != Level::Small {
        // A third unit: another definition, or one that hides the holder and shows what it holds.
        let third = match random.below(3) {
            0 => {
                let mut other = vec![definition];
                change(&mut other, CHANGES, random);
                other.push(holder);
                other
            }
            1 => {
                let [link] = some(&["here", "there", "best"], random);
                let [user] = some(&["window", "screen", "letter"], random);
                vec![
                    definition,
                    declared(outer),
                    structure(
                        user,
                        vec![
                            member(link, record(outer).pointer()),
                            member("used", record(inner).pointer()),
                        ],
                    ),
                ]
            }
            _ => vec![declared(inner), holder],
        };
        units.push(third);
    }
    random.shuffle(&mut units);
    units
}

fn forwards(level: Level, random: &mut Random) -> Vec<Unit> {
    let [name, one, two, three] = some(&RECORDS, random);
    let [a, b] = some(&NUMBERS, random);
    let [link, other_link] = some(&LINKS, random);
    let definition = |tag: &'static str, ty: &'static str| Decl::Record {
        tag,
        name,
        members: vec![member(a, word(ty))],
    };
    let user = |own: &'static str, link: &'static str, random: &mut Random| {
        let mut members = vec![member(link, record(name).pointer())];
        if level != Level::Small && random.percent(50) {
            members.push(member(b, word("int")));
        }
        vec![declared(name), structure(own, members)]
    };
    let ty = number(random);
    let mut defines = vec![definition("struct", ty)];
    if level != Level::Small || random.percent(30) {
        defines.push(structure(
            two,
            vec![member(other_link, record(name).pointer())],
        ));
    }
    let mut units = vec![user(one, link, random)];
    match random.below(10) {
        // One definition.
        0..=3 => units.push(defines),
        // Two that are different.
        4..=6 => {
            units.push(defines);
            let others = ["long", "unsigned int", "short"];
            let other = random.one(&others).copied().unwrap_or("long");
            units.push(vec![definition(
                "struct",
                if other == ty { "int" } else { other },
            )]);
        }
        // Only a union has the name.
        7 => units.push(vec![
            definition("union", ty),
            Decl::Variable {
                name: b,
                ty: Base::Tagged("union", name).into(),
            },
        ]),
        // A union has the name too.
        8 => {
            units.push(defines);
            units.push(vec![definition("union", ty)]);
        }
        // Nothing defines it.
        _ => units.push(vec![
            declared(name),
            structure(one, vec![member(other_link, record(name).pointer())]),
        ]),
    }
    if level != Level::Small && units.len() < 3 {
        units.push(user(three, link, random));
    }
    random.shuffle(&mut units);
    units
}

fn enums(level: Level, random: &mut Random) -> Vec<Unit> {
    let [(first, first_values), (second, second_values)] = some(&ENUMS, random);
    let [own, other] = some(&RECORDS, random);
    let [a, b] = some(&NUMBERS, random);
    let enumeration = |name: &'static str, values: [&'static str; 4], random: &mut Random| {
        let values = values.into_iter().take(random.between(2, 3)).zip(0..);
        Decl::Enum {
            name,
            values: values.collect(),
        }
    };
    let of = |name: &'static str| -> super::declare::Type { Base::Tagged("enum", name).into() };
    let mut base = vec![
        enumeration(first, first_values, random),
        structure(own, vec![member(a, of(first))]),
    ];
    if level != Level::Small {
        base.push(enumeration(second, second_values, random));
        base.push(structure(
            other,
            vec![member(b, of(second)), member(a, word("int"))],
        ));
    }
    let declares = |own: &'static str| {
        vec![
            Decl::Declared {
                tag: "enum",
                name: first,
            },
            structure(own, vec![member(a, of(first).pointer())]),
        ]
    };
    let changes = &[Change::Value, Change::FewerValues, Change::MemberName];
    let mut units = copies(base, level, changes, 90, random);
    if random.percent(40) {
        let user = match random.percent(50) {
            true => own,
            false => other,
        };
        match level {
            // Instead of the copy, a unit that only declares.
            Level::Small => units.truncate(1),
            _ => units.truncate(2),
        }
        units.push(declares(user));
    }
    units
}

fn prototypes(level: Level, random: &mut Random) -> Unit {
    let [first, second] = some(&FUNCTIONS, random);
    let [p, q, r] = some(&PARAMS, random);
    let function = |name: &'static str, params: Vec<Member>| Decl::Function {
        name,
        result: word("int"),
        params,
    };
    let number_param = member(p, word(number(random)));
    let text_param = member(q, word("char").constant().pointer());
    match level {
        Level::Small => {
            let mut params = vec![number_param];
            if random.percent(40) {
                params.push(member(r, word("int")));
            }
            vec![function(first, params)]
        }
        Level::Medium => vec![
            function(first, vec![number_param.clone()]),
            function(second, vec![member(r, word("int")), number_param]),
        ],
        Level::Large => vec![
            function(first, vec![text_param]),
            function(second, vec![member(r, word("int")), number_param]),
        ],
    }
}

fn arrays(level: Level, random: &mut Random) -> Unit {
    let [one, two] = some(&RECORDS, random);
    let [a, b, c] = some(&NUMBERS, random);
    let length = |random: &mut Random| u32::try_from(random.between(2, 8)).unwrap_or(2);
    let ty = number(random);
    let (long, short) = (length(random), length(random));
    let mut unit = vec![structure(one, vec![member(a, word(ty).array(long))])];
    if level == Level::Small {
        return unit;
    }
    let mut members = vec![member(b, word(ty).array(short))];
    if random.percent(50) {
        members.push(member(c, word("char").array(long)));
    }
    unit.push(structure(two, members));
    unit
}

fn anonymous(level: Level, random: &mut Random) -> Unit {
    let [own, user] = some(&RECORDS, random);
    let [a, b, c, d] = some(&NUMBERS, random);
    let [alias] = some(&TYPEDEFS, random);
    let [link] = some(&LINKS, random);
    let inner = |tag: &'static str, random: &mut Random| -> super::declare::Type {
        let members = vec![
            member(a, word(number(random))),
            member(b, word(number(random))),
        ];
        Base::Anonymous(tag, members).into()
    };
    let nested = structure(
        own,
        vec![member(c, word("int")), member("", inner("union", random))],
    );
    let aliased = Decl::Typedef {
        name: alias,
        ty: inner("struct", random),
    };
    let holds = structure(
        user,
        vec![member(d, word(alias)), member(link, record(user).pointer())],
    );
    match (level, random.percent(50)) {
        (Level::Small, true) => vec![nested],
        (Level::Small, false) => vec![
            aliased,
            Decl::Variable {
                name: d,
                ty: word(alias),
            },
        ],
        (Level::Medium, true) => vec![aliased, holds],
        (Level::Medium, false) => vec![
            nested,
            structure(user, vec![member(link, record(own).pointer())]),
        ],
        (Level::Large, _) => vec![nested, aliased, holds],
    }
}
