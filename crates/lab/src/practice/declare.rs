//! Declarations as data, so that they can be changed before they are written as C.

use std::fmt::Write as _;

/// The declarations of a unit, in order.
pub type Unit = Vec<Decl>;

/// A declaration at the top of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decl {
    /// A struct or a union with its members.
    Record {
        tag: &'static str,
        name: &'static str,
        members: Vec<Member>,
    },
    /// A struct, union, or enumeration that is only declared.
    Declared {
        tag: &'static str,
        name: &'static str,
    },
    Enum {
        name: &'static str,
        values: Vec<(&'static str, i32)>,
    },
    Typedef {
        name: &'static str,
        ty: Type,
    },
    Variable {
        name: &'static str,
        ty: Type,
    },
    Function {
        name: &'static str,
        result: Type,
        params: Vec<Member>,
    },
}

/// A member or a parameter; without a name only if its type is anonymous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub name: &'static str,
    pub ty: Type,
    /// The width of a bit-field.
    pub bits: Option<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    pub base: Base,
    pub is_const: bool,
    pub is_pointer: bool,
    pub length: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// `int`, or the name of a typedef.
    Word(&'static str),
    /// `struct node`
    Tagged(&'static str, &'static str),
    /// `struct { … }`
    Anonymous(&'static str, Vec<Member>),
}

impl From<Base> for Type {
    fn from(base: Base) -> Type {
        Type {
            base,
            is_const: false,
            is_pointer: false,
            length: None,
        }
    }
}

/// `int`
pub fn word(name: &'static str) -> Type {
    Base::Word(name).into()
}

/// `struct node`
pub fn record(name: &'static str) -> Type {
    Base::Tagged("struct", name).into()
}

impl Type {
    pub fn pointer(self) -> Type {
        Type {
            is_pointer: true,
            ..self
        }
    }

    pub fn constant(self) -> Type {
        Type {
            is_const: true,
            ..self
        }
    }

    pub fn array(self, length: u32) -> Type {
        Type {
            length: Some(length),
            ..self
        }
    }

    /// The declaration of `name` with this type, without its end.
    fn declares(&self, name: &str, indent: usize) -> String {
        let mut text = String::new();
        if self.is_const {
            text += "const ";
        }
        match &self.base {
            Base::Word(word) => text += word,
            Base::Tagged(tag, own) => {
                let _ = write!(text, "{tag} {own}");
            }
            Base::Anonymous(tag, members) => {
                let _ = writeln!(text, "{tag} {{");
                write_members(&mut text, members, indent + 1);
                text += &"    ".repeat(indent);
                text += "}";
            }
        }
        if self.is_pointer || !name.is_empty() {
            text += " ";
        }
        if self.is_pointer {
            text += "*";
        }
        text += name;
        if let Some(length) = self.length {
            let _ = write!(text, "[{length}]");
        }
        text
    }
}

pub fn member(name: &'static str, ty: Type) -> Member {
    Member {
        name,
        ty,
        bits: None,
    }
}

pub fn structure(name: &'static str, members: Vec<Member>) -> Decl {
    Decl::Record {
        tag: "struct",
        name,
        members,
    }
}

pub fn declared(name: &'static str) -> Decl {
    Decl::Declared {
        tag: "struct",
        name,
    }
}

/// A unit as C.
pub fn write(unit: &[Decl]) -> String {
    let mut text = String::new();
    for decl in unit {
        // Writing into a string does not fail.
        let _ = match decl {
            Decl::Record { tag, name, members } => {
                let _ = writeln!(text, "{tag} {name} {{");
                write_members(&mut text, members, 1);
                writeln!(text, "}};")
            }
            Decl::Declared { tag, name } => writeln!(text, "{tag} {name};"),
            Decl::Enum { name, values } => {
                let _ = writeln!(text, "enum {name} {{");
                let mut next = 0;
                for (value, number) in values {
                    let _ = match *number == next {
                        true => writeln!(text, "    {value},"),
                        false => writeln!(text, "    {value} = {number},"),
                    };
                    next = number + 1;
                }
                writeln!(text, "}};")
            }
            Decl::Typedef { name, ty } => writeln!(text, "typedef {};", ty.declares(name, 0)),
            Decl::Variable { name, ty } => writeln!(text, "{};", ty.declares(name, 0)),
            Decl::Function {
                name,
                result,
                params,
            } => {
                let list: Vec<String> = params
                    .iter()
                    .map(|param| param.ty.declares(param.name, 0))
                    .collect();
                let list = match list.is_empty() {
                    true => "void".to_owned(),
                    false => list.join(", "),
                };
                writeln!(text, "{}({list});", result.declares(name, 0))
            }
        };
    }
    text
}

fn write_members(text: &mut String, members: &[Member], indent: usize) {
    for member in members {
        let _ = write!(
            text,
            "{}{}",
            "    ".repeat(indent),
            member.ty.declares(member.name, indent)
        );
        if let Some(bits) = member.bits {
            let _ = write!(text, " : {bits}");
        }
        *text += ";\n";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declarations_are_written_as_people_write_c() {
        let unit = [
            declared("item"),
            structure(
                "node",
                vec![
                    member("next", record("node").pointer()),
                    member("days", word("int").array(7)),
                    Member {
                        bits: Some(3),
                        ..member("flags", word("unsigned int"))
                    },
                    member(
                        "",
                        Base::Anonymous("union", vec![member("key", word("int"))]).into(),
                    ),
                ],
            ),
            Decl::Enum {
                name: "colour",
                values: vec![("RED", 0), ("BLUE", 4)],
            },
            Decl::Typedef {
                name: "score",
                ty: word("long"),
            },
            Decl::Function {
                name: "open",
                result: word("int"),
                params: vec![member("name", word("char").constant().pointer())],
            },
        ];
        assert_eq!(
            write(&unit),
            "struct item;\nstruct node {\n    struct node *next;\n    int days[7];\n    unsigned int flags : 3;\n    union {\n        int key;\n    };\n};\nenum colour {\n    RED,\n    BLUE = 4,\n};\ntypedef long score;\nint open(const char *name);\n"
        );
    }
}
