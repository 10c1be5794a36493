//! What expressions are made of: the sorts of values, and every name with what it means.

/// The sort of a value. It is known before an expression is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// True or false.
    Condition,
    /// A whole number.
    Number,
    /// Letters.
    Text,
    /// A list of types.
    Types,
    /// One type, or none.
    Type,
    /// The two types at which a walk found its difference, or none.
    Pair,
    /// The steps of a run.
    Steps,
    /// What was changed since the start.
    Changed,
    /// A walk over two graphs, or none.
    Walk,
    /// The units with which the exercise began.
    Start,
}

impl Sort {
    /// As a sentence says it.
    pub(super) fn words(self) -> &'static str {
        match self {
            Sort::Condition => "a condition",
            Sort::Number => "a number",
            Sort::Text => "a text",
            Sort::Types => "a list of types",
            Sort::Type => "a type",
            Sort::Pair => "a pair of types",
            Sort::Steps => "a list of steps",
            Sort::Changed => "a list of changes",
            Sort::Walk => "a walk",
            Sort::Start => "the start",
        }
    }
}

/// A name of the language.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    /// What it is a part of; none where an expression can begin with it.
    pub of: Option<Sort>,
    /// It.
    pub name: &'static str,
    /// With its arguments.
    pub form: &'static str,
    /// What it gives.
    pub gives: Sort,
    /// What that is, without a full stop.
    pub means: &'static str,
    /// Whether `start.` can stand before it.
    pub of_start: bool,
}

const fn name(
    of: Option<Sort>,
    name: &'static str,
    form: &'static str,
    gives: Sort,
    means: &'static str,
) -> Name {
    Name {
        of,
        name,
        form,
        gives,
        means,
        of_start: false,
    }
}

/// A name that exists for the start as well.
const fn result(name: &'static str, form: &'static str, gives: Sort, means: &'static str) -> Name {
    Name {
        of: None,
        name,
        form,
        gives,
        means,
        of_start: true,
    }
}

/// All names. The documentation lists them, and errors suggest from them.
#[rustfmt::skip]
pub const NAMES: &[Name] = {
    use Sort::{Changed, Condition, Number, Pair, Start, Steps, Text, Type, Types, Walk};
    &[
        result("before", "before", Types, "all types before dedup"),
        result("after", "after", Types, "the types that are left"),
        result("base", "base", Types, "the types of the base, for split BTF"),
        result("unit", "unit(2)", Types, "the types of unit 2, before dedup"),
        result("new", "new(2)", Types, "those types of unit 2 that are canonical at the end"),
        result("alone", "alone(1)", Types, "the types that are left if unit 1 is the only unit"),
        result("left", "left", Number, "how many types are left: `after.count()`"),
        result("exact", "exact", Number, "how many types the fast path leaves to the exact engine"),
        result("steps", "steps", Steps, "the steps of the run"),
        result("same", "same(\"1: struct item\", \"2: struct item\")", Condition, "whether these types of unit 1 and unit 2 end as one; `base: struct item` is a type of the base"),
        result("cause", "cause(\"struct top\")", Pair, "the pair that keeps two `struct top` apart: where the walk over them found its difference"),
        result("walk", "walk(\"struct top\")", Walk, "that walk"),
        name(None, "start", "start", Start, "the units with which the exercise began; `start.left` is the `left` of these"),
        name(None, "parses", "parses", Condition, "whether every unit can be read; a check always begins with it"),
        name(None, "answer", "answer", Number, "the number that was typed; a check that uses it asks for it first"),
        name(None, "answered", "answered", Condition, "whether a number was typed"),
        name(None, "changed", "changed", Changed, "what differs from the start"),
        name(None, "unchanged", "unchanged(unit 1)", Condition, "whether unit 1 is that of the start; comments and spaces do not count"),
        name(None, "counted", "counted(left, \"type\", \"types\")", Text, "a number with its noun: `1 type`, `2 types`"),
        name(Some(Types), "count", "count()", Number, "how many; `count(FWD)`: of this kind; `count(STRUCT, \"item\")`: of this name; `count(STRUCT, vlen=4, size=16)`: whose record says so"),
        name(Some(Types), "first", "first()", Type, "the first of them; in the brackets as for `count`"),
        name(Some(Types), "bytes", "bytes", Number, "bytes of their records"),
        name(Some(Types), "strings", "strings", Number, "bytes of the string section; for some of the types, of the names that they use, each once"),
        name(Some(Types), "repeated", "repeated", Types, "structs, unions and enumerations whose name another one before has as well"),
        name(Some(Types), "ambiguous", "ambiguous", Types, "forward declarations whose name has several definitions, at least one of the declared kind"),
        name(Some(Type), "found", "found", Condition, "whether a type was found; of none, every number is 0"),
        name(Some(Type), "id", "id", Number, "its id"),
        name(Some(Type), "vlen", "vlen", Number, "its members, values or parameters"),
        name(Some(Type), "size", "size", Number, "its bytes"),
        name(Some(Type), "name", "name", Text, "its name: `item`"),
        name(Some(Type), "spelling", "spelling", Text, "as it is written in C: `struct item`"),
        name(Some(Pair), "found", "found", Condition, "whether a pair was found"),
        name(Some(Pair), "candidate", "candidate", Type, "the type of the later unit"),
        name(Some(Pair), "canonical", "canonical", Type, "the type that it was compared with"),
        name(Some(Walk), "visits", "visits(answer)", Condition, "whether the walk reaches the type with this id"),
        name(Some(Steps), "count", "count(different)", Number, "how many steps in which this happens"),
        name(Some(Steps), "any", "any(different)", Condition, "whether it happens at all"),
        name(Some(Changed), "tokens", "changed.tokens", Number, "tokens added, removed or replaced; comments and spaces do not count"),
        name(Some(Changed), "lines", "changed.lines", Number, "lines added, removed or replaced; comments, spaces and empty lines do not count"),
        name(Some(Changed), "units", "changed.units", Number, "units added or removed"),
    ]
};

/// The name among those that may stand here.
pub(super) fn find(of: Option<Sort>, wanted: &str) -> Option<&'static Name> {
    here(of).find(|name| name.name == wanted)
}

/// The names that may stand after a value of this sort, or at the beginning.
pub(super) fn here(of: Option<Sort>) -> impl Iterator<Item = &'static Name> {
    NAMES.iter().filter(move |name| match of {
        Some(Sort::Start) => name.of_start,
        _ => name.of == of,
    })
}
