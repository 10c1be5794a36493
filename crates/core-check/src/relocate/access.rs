//! Where an access leads: from a root type along members and elements, in the object's types or in a kernel's.

use super::kind::Subject;
use super::skip;
use btf::{Array, Btf, Data, Kind, Member, TypeId, layout};
use std::fmt::Write;

/// The most numbers of an access.
pub(crate) const MOST_STEPS: usize = 64;

/// An access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Access {
    pub root: TypeId,
    /// The numbers, those of anonymous members included.
    pub raw: Vec<u32>,
    /// Named members and elements.
    pub steps: Vec<Step>,
    /// In bits, in 32 of them.
    pub bit_offset: u32,
}

/// A step of an access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A member of a struct or union.
    Member { parent: TypeId, index: u32 },
    /// An element, of this type. The first step of an access to a field is one: the root, as if it were an array.
    Element { ty: TypeId, index: u32 },
    /// An enumerator of an enumeration.
    Enumerator { parent: TypeId, index: u32 },
}

/// Why an access of the object makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum BadAccess {
    /// The access string is not numbers with colons between them, or not the numbers that the kind needs.
    Text,
    /// More than 64 numbers.
    TooLong,
    /// A number leads past the last member, element, or enumerator.
    OutOfRange {
        /// Which number, counted from 0.
        position: usize,
    },
    /// A number leads into a type that has no parts.
    NoParts {
        /// Which number, counted from 0.
        position: usize,
    },
    /// A type on the way has no size.
    NoSize,
}

impl Access {
    /// Reads an access string of the object.
    pub fn parse(
        btf: &Btf,
        root: TypeId,
        text: &str,
        subject: Subject,
    ) -> Result<Access, BadAccess> {
        let mut raw = Vec::new();
        for number in text.split(':') {
            if raw.len() == MOST_STEPS {
                return Err(BadAccess::TooLong);
            }
            let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let number = number.parse::<i32>().ok().filter(|_| digits);
            raw.push(number.ok_or(BadAccess::Text)? as u32);
        }
        let access = Access {
            root,
            raw,
            steps: Vec::new(),
            bit_offset: 0,
        };
        match subject {
            Subject::Type => match access.raw[..] {
                [0] => Ok(access),
                _ => Err(BadAccess::Text),
            },
            Subject::Enumerator => access.enumerator(btf),
            Subject::Field => access.field(btf),
        }
    }

    fn enumerator(mut self, btf: &Btf) -> Result<Access, BadAccess> {
        let [index] = self.raw[..] else {
            return Err(BadAccess::Text);
        };
        let (parent, ty) = skip(btf, self.root).ok_or(BadAccess::NoParts { position: 0 })?;
        if !ty.kind().is_any_enum() {
            return Err(BadAccess::NoParts { position: 0 });
        }
        if index as usize >= ty.enumerators().len() {
            return Err(BadAccess::OutOfRange { position: 0 });
        }
        self.steps.push(Step::Enumerator { parent, index });
        Ok(self)
    }

    fn field(mut self, btf: &Btf) -> Result<Access, BadAccess> {
        let (mut id, _) = skip(btf, self.root).ok_or(BadAccess::NoSize)?;
        let first = self.raw[0];
        self.add_element(btf, id, first).ok_or(BadAccess::NoSize)?;
        for position in 1..self.raw.len() {
            let index = self.raw[position];
            let (at, ty) = skip(btf, id).ok_or(BadAccess::NoParts { position })?;
            match ty.data() {
                Data::Struct { .. } | Data::Union { .. } => {
                    let member = ty.member(index as usize);
                    let member = member.ok_or(BadAccess::OutOfRange { position })?;
                    self.bit_offset = self.bit_offset.wrapping_add(member.bit_offset);
                    if is_named(btf, member) {
                        self.steps.push(Step::Member { parent: at, index });
                    }
                    id = member.ty;
                }
                Data::Array(array) => {
                    if index >= array.count && !self.may_exceed(btf, array) {
                        return Err(BadAccess::OutOfRange { position });
                    }
                    id = skip(btf, array.element).ok_or(BadAccess::NoSize)?.0;
                    self.add_element(btf, id, index).ok_or(BadAccess::NoSize)?;
                }
                _ => return Err(BadAccess::NoParts { position }),
            }
        }
        Ok(self)
    }

    /// Goes to an element of this type.
    pub fn add_element(&mut self, btf: &Btf, ty: TypeId, index: u32) -> Option<()> {
        let size = layout::size_of(btf, ty)? as u32;
        let bits = index.wrapping_mul(size).wrapping_mul(8);
        self.bit_offset = self.bit_offset.wrapping_add(bits);
        self.steps.push(Step::Element { ty, index });
        Some(())
    }

    /// Whether the array where the access is now is flexible: without a count, and the last member of its struct.
    pub fn may_exceed(&self, btf: &Btf, array: Array) -> bool {
        let Some(&Step::Member { parent, index }) = self.steps.last() else {
            return false;
        };
        let members = btf.get(parent).map_or(0, |ty| ty.members().len());
        array.count == 0 && index as usize + 1 == members
    }

    /// The member at which the access ends; `None` if that is an element or an enumerator.
    pub fn last_member(&self, btf: &Btf) -> Option<Member> {
        match *self.steps.last()? {
            Step::Member { parent, index } => btf.get(parent)?.member(index as usize),
            _ => None,
        }
    }

    /// The access as loaders log it: `[37] struct pt_regs.si (0:13 @ offset 104)`.
    pub fn text(&self, btf: &Btf, subject: Subject) -> String {
        let (kind, name) = (
            btf.kind(self.root).name().to_lowercase(),
            btf.name(self.root),
        );
        let name = if name.is_empty() { "<anon>" } else { &name };
        let mut text = format!("{} {kind} {name}", self.root);
        match subject {
            Subject::Type => {}
            Subject::Enumerator => {
                if let Some((name, value)) = self.enumerator_of(btf) {
                    let _ = write!(text, "::{name} = {value}");
                }
            }
            Subject::Field => {
                text.push_str(&self.path(btf));
                let raw: Vec<String> = self.raw.iter().map(u32::to_string).collect();
                let _ = write!(text, " ({} @ offset {}", raw.join(":"), self.bit_offset / 8);
                if !self.bit_offset.is_multiple_of(8) {
                    let _ = write!(text, ".{}", self.bit_offset % 8);
                }
                text.push(')');
            }
        }
        text
    }

    /// The members and elements as C writes them: `.se.my_q[2]`.
    pub fn path(&self, btf: &Btf) -> String {
        let mut path = String::new();
        for (number, step) in self.steps.iter().enumerate() {
            match *step {
                Step::Member { parent, index } => {
                    let member = btf.get(parent).and_then(|ty| ty.member(index as usize));
                    let name = member.map(|member| btf.str(member.name));
                    let _ = write!(path, ".{}", name.unwrap_or_default());
                }
                Step::Element { index, .. } if number > 0 || index > 0 => {
                    let _ = write!(path, "[{index}]");
                }
                Step::Element { .. } | Step::Enumerator { .. } => {}
            }
        }
        path
    }

    /// The enumerator's name and value.
    pub fn enumerator_of(&self, btf: &Btf) -> Option<(String, i128)> {
        let &Step::Enumerator { parent, index } = self.steps.first()? else {
            return None;
        };
        let one = btf.get(parent)?.enumerators().nth(index as usize)?;
        Some((btf.str(one.name).into_owned(), one.value))
    }
}

/// Whether a member has a name.
pub(crate) fn is_named(btf: &Btf, member: Member) -> bool {
    btf.string(member.name).is_some_and(|name| !name.is_empty())
}

/// Whether a type is a struct or union.
pub(crate) fn is_composite(kind: Kind) -> bool {
    matches!(kind, Kind::Struct | Kind::Union)
}
