//! Lines as bpftool prints them with `format raw`, read back as the types of a unit.
//!
//! A type is a line, `[1] STRUCT 'list' size=16 vlen=2`; members, values, parameters and variables follow, one an
//! indented line, as many as `vlen` says. Ids count from 1. Where bpftool's lines say less than BTF holds, such as a
//! kind flag without bit-fields, the type has what encoders write. A line `STRING 'name'` adds a string to which no type
//! refers; bpftool does not print these. The counterpart is [`btf::print::raw`].

use btf::{
    Array, Btf, FwdKind, Int, IntEncoding, Kind, Linkage, Member, Param, StringOffset, TypeId,
    VarSection,
};
use std::iter::Peekable;
use std::str::{FromStr, Lines};

/// Bytes of a unit's text.
const LONGEST: usize = 1 << 20;
/// How names that are empty are printed.
const ANONYMOUS: &str = "(anon)";

/// Why lines are no types.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {cause}")]
pub struct RawError {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub cause: RawCause,
}

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RawCause {
    /// The text is longer than a laboratory needs.
    #[error("the text has more than {limit} bytes; keep what the lesson needs")]
    TooLong {
        /// Bytes.
        limit: usize,
    },
    /// It is no type and no part of one.
    #[error("a type begins like [1] INT 'int', its parts are indented lines like 'name' type_id=1")]
    NotALine,
    /// Ids do not count up.
    #[error("the id here is [{expected}]: ids count from 1")]
    Id {
        /// What it should be.
        expected: u32,
    },
    /// There is no such kind, or it cannot be written this way.
    #[error("{name} is no kind of type that can be given here")]
    Kind {
        /// What stands there.
        name: String,
    },
    /// A field is not there.
    #[error("{field} is missing")]
    Missing {
        /// Its name.
        field: &'static str,
    },
    /// A field has no value that it can have.
    #[error("{field} cannot be {value}")]
    Value {
        /// Its name.
        field: &'static str,
        /// What stands there.
        value: String,
    },
    /// More or fewer parts than the type's line says.
    #[error("vlen says {expected} parts, and {found} follow")]
    Parts {
        /// By `vlen`.
        expected: usize,
        /// Indented lines.
        found: usize,
    },
    /// References lead nowhere, or there is more than BTF holds.
    #[error("{0}")]
    Btf(#[from] btf::Error),
}

/// Whether a text is to be read as such lines: its first one begins with an id in brackets. Two brackets begin an
/// attribute of C.
pub fn is_raw(text: &str) -> bool {
    let text = text.trim_start();
    text.starts_with('[') && !text.starts_with("[[")
}

/// Reads lines.
///
/// # Errors
///
/// [`RawError`] with the line.
pub fn unit(text: &str) -> Result<Btf, RawError> {
    if text.len() > LONGEST {
        let cause = RawCause::TooLong { limit: LONGEST };
        return Err(RawError { line: 1, cause });
    }
    let mut reader = Reader {
        lines: text.lines().peekable(),
        line: 0,
    };
    let mut btf = Btf::new();
    while let Some(head) = reader.next() {
        let line = reader.line;
        if let Some(orphan) = head.trim().strip_prefix("STRING ") {
            let name = Words::of(orphan).name.ok_or(RawError {
                line,
                cause: RawCause::NotALine,
            })?;
            btf.intern(name.as_bytes()).map_err(|error| RawError {
                line,
                cause: error.into(),
            })?;
            continue;
        }
        add(&mut btf, head, &mut reader).map_err(|cause| match cause {
            Failed::Head(cause) => RawError { line, cause },
            Failed::Part(line, cause) => RawError { line, cause },
        })?;
    }
    btf.check_references().map_err(|error| RawError {
        line: reader.line.max(1),
        cause: error.into(),
    })?;
    Ok(btf)
}

struct Reader<'t> {
    lines: Peekable<Lines<'t>>,
    line: usize,
}

impl<'t> Reader<'t> {
    /// The next line that says something.
    fn next(&mut self) -> Option<&'t str> {
        loop {
            let line = self.lines.next()?;
            self.line += 1;
            if !line.trim().is_empty() {
                return Some(line);
            }
        }
    }

    /// The parts that follow: each with its line's number.
    fn parts(&mut self) -> Vec<(usize, Words<'t>)> {
        let mut parts = Vec::new();
        let indented = |line: &&str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        while let Some(line) = self.lines.next_if(indented) {
            self.line += 1;
            parts.push((self.line, Words::of(line.trim())));
        }
        parts
    }
}

enum Failed {
    Head(RawCause),
    Part(usize, RawCause),
}

impl<E: Into<RawCause>> From<E> for Failed {
    fn from(cause: E) -> Failed {
        Failed::Head(cause.into())
    }
}

/// A name between quotes, if there is one, and what comes after it.
struct Words<'t> {
    name: Option<&'t str>,
    fields: &'t str,
}

impl<'t> Words<'t> {
    fn of(text: &'t str) -> Words<'t> {
        let quoted = text
            .strip_prefix('\'')
            .and_then(|rest| rest.split_once('\''));
        match quoted {
            Some((name, fields)) => Words {
                name: Some(if name == ANONYMOUS { "" } else { name }),
                fields,
            },
            None => Words {
                name: None,
                fields: text,
            },
        }
    }

    fn name(&self) -> Result<&'t str, RawCause> {
        self.name.ok_or(RawCause::NotALine)
    }

    fn text(&self, field: &'static str) -> Result<&'t str, RawCause> {
        let mut words = self.fields.split([' ', '\t', ',']);
        let value = words.find_map(|word| word.strip_prefix(field)?.strip_prefix('='));
        value.ok_or(RawCause::Missing { field })
    }

    fn number<T: FromStr>(&self, field: &'static str) -> Result<T, RawCause> {
        let text = self.text(field)?;
        text.parse().map_err(|_| RawCause::Value {
            field,
            value: text.to_owned(),
        })
    }

    /// One of a few words.
    fn one_of<T: Copy>(&self, field: &'static str, known: &[(&str, T)]) -> Result<T, RawCause> {
        let text = self.text(field)?;
        let found = known.iter().find(|(word, _)| *word == text);
        found.map(|&(_, value)| value).ok_or(RawCause::Value {
            field,
            value: text.to_owned(),
        })
    }

    fn id(&self, field: &'static str) -> Result<TypeId, RawCause> {
        self.number(field).map(TypeId)
    }

    fn linkage(&self) -> Result<Linkage, RawCause> {
        let known = [
            ("static", Linkage::Static),
            ("global", Linkage::Global),
            ("extern", Linkage::Extern),
        ];
        self.one_of("linkage", &known)
    }
}

/// Adds the type of a line and of those below it.
fn add(btf: &mut Btf, head: &str, reader: &mut Reader<'_>) -> Result<(), Failed> {
    let expected = btf.end_id().0;
    let (id, rest) = head
        .trim()
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
        .ok_or(RawCause::NotALine)?;
    if id.trim().parse() != Ok(expected) {
        return Err(RawCause::Id { expected }.into());
    }
    let rest = rest.trim_start();
    let (kind_name, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let words = Words::of(rest.trim_start());
    let unknown = || RawCause::Kind {
        name: kind_name.to_owned(),
    };
    let kind = Kind::from_name(kind_name).ok_or_else(unknown)?;
    let name = words.name()?;
    let parts = reader.parts();
    let has_parts = matches!(
        kind,
        Kind::Struct | Kind::Union | Kind::Enum | Kind::Enum64 | Kind::FuncProto | Kind::Datasec
    );
    let expected = if has_parts { words.number("vlen")? } else { 0 };
    if expected != parts.len() {
        let found = parts.len();
        return Err(RawCause::Parts { expected, found }.into());
    }
    match kind {
        Kind::Int => {
            let known = [
                ("(none)", IntEncoding::NONE),
                ("SIGNED", IntEncoding::SIGNED),
                ("CHAR", IntEncoding::CHAR),
                ("BOOL", IntEncoding::BOOL),
            ];
            let int = Int {
                size: words.number("size")?,
                encoding: words.one_of("encoding", &known)?,
                offset: words.number("bits_offset")?,
                bits: words.number("nr_bits")?,
            };
            btf.add_int(name, int)?
        }
        Kind::Float => btf.add_float(name, words.number("size")?)?,
        Kind::Ptr
        | Kind::Typedef
        | Kind::Const
        | Kind::Volatile
        | Kind::Restrict
        | Kind::TypeTag => btf.add_reference(kind, name, words.id("type_id")?)?,
        Kind::Array => btf.add_array(Array {
            element: words.id("type_id")?,
            index: words.id("index_type_id")?,
            count: words.number("nr_elems")?,
        })?,
        Kind::Fwd => {
            let known = [("struct", FwdKind::Struct), ("union", FwdKind::Union)];
            btf.add_fwd(name, words.one_of("fwd_kind", &known)?)?
        }
        Kind::Func => btf.add_func(name, words.id("type_id")?, words.linkage()?)?,
        Kind::Var => btf.add_var(name, words.id("type_id")?, words.linkage()?)?,
        Kind::DeclTag => {
            let component = words.number("component_idx")?;
            btf.add_decl_tag(name, words.id("type_id")?, component)?
        }
        Kind::Struct | Kind::Union => {
            let members = each(btf, &parts, |name, part| {
                Ok(Member {
                    name,
                    ty: part.id("type_id")?,
                    bit_offset: part.number("bits_offset")?,
                    bitfield_size: match part.text("bitfield_size") {
                        Ok(_) => part.number("bitfield_size")?,
                        Err(_) => 0,
                    },
                })
            })?;
            btf.add_composite(kind, name, words.number("size")?, &members)?
        }
        Kind::Enum | Kind::Enum64 => {
            let known = [("SIGNED", true), ("UNSIGNED", false)];
            let signed = words.one_of("encoding", &known)?;
            let size = words.number("size")?;
            let values = each(btf, &parts, |name, part| {
                let field = "val";
                let text = part.text(field)?;
                let digits = text.trim_end_matches(['U', 'L']);
                let value = match signed {
                    true => digits.parse::<i64>().ok(),
                    false => digits.parse::<u64>().ok().map(|value| value as i64),
                };
                let fits = value.filter(|&value| {
                    kind == Kind::Enum64
                        || match signed {
                            true => i32::try_from(value).is_ok(),
                            false => u32::try_from(value).is_ok(),
                        }
                });
                let value = text.to_owned();
                Ok((name, fits.ok_or(RawCause::Value { field, value })?))
            })?;
            match kind {
                Kind::Enum => btf.add_enum(name, size, signed, &values)?,
                _ => btf.add_enum64(name, size, signed, &values)?,
            }
        }
        Kind::FuncProto => {
            let result = words.id("ret_type_id")?;
            let params = each(btf, &parts, |name, part| {
                let ty = part.id("type_id")?;
                Ok(Param { name, ty })
            })?;
            btf.add_func_proto(result, &params)?
        }
        Kind::Datasec => {
            let mut variables = Vec::with_capacity(parts.len());
            for (line, part) in &parts {
                let variable = || {
                    Ok(VarSection {
                        ty: part.id("type_id")?,
                        offset: part.number("offset")?,
                        size: part.number("size")?,
                    })
                };
                variables.push(variable().map_err(|cause| Failed::Part(*line, cause))?);
            }
            btf.add_datasec(name, words.number("size")?, &variables)?
        }
        _ => return Err(unknown().into()),
    };
    Ok(())
}

/// Reads the parts of a type that have names.
fn each<T>(
    btf: &mut Btf,
    parts: &[(usize, Words<'_>)],
    mut read: impl FnMut(StringOffset, &Words<'_>) -> Result<T, RawCause>,
) -> Result<Vec<T>, Failed> {
    let mut all = Vec::with_capacity(parts.len());
    for (line, part) in parts {
        let mut one = || {
            let name = btf.intern(part.name()?.as_bytes())?;
            read(name, part)
        };
        all.push(one().map_err(|cause| Failed::Part(*line, cause))?);
    }
    Ok(all)
}
