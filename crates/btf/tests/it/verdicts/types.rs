//! BTF written word by word, so that it may break any rule.

use btf::{Btf, Endian, HeaderForm, Info, Kind, WriteOptions};

/// Types in the order in which they are added; the first is an `int` of 32 bits.
pub struct Types {
    pub btf: Btf,
}

/// The id of the `int`.
pub const INT: u32 = 1;

/// Every kind of Linux 6.0 and later, by number.
pub const KINDS: [Kind; 19] = [
    Kind::Int,
    Kind::Ptr,
    Kind::Array,
    Kind::Struct,
    Kind::Union,
    Kind::Enum,
    Kind::Fwd,
    Kind::Typedef,
    Kind::Volatile,
    Kind::Const,
    Kind::Restrict,
    Kind::Func,
    Kind::FuncProto,
    Kind::Var,
    Kind::Datasec,
    Kind::Float,
    Kind::DeclTag,
    Kind::TypeTag,
    Kind::Enum64,
];

impl Types {
    pub fn new() -> Types {
        let mut types = Types { btf: Btf::new() };
        types.int("int", 4, 0, 32);
        types
    }

    /// The id that the next type will have.
    pub fn next(&self) -> u32 {
        self.btf.end_id().0
    }

    pub fn string(&mut self, text: &str) -> u32 {
        self.btf.intern(text.as_bytes()).unwrap().0
    }

    /// A type by its words; its name by offset.
    pub fn words(&mut self, name: u32, info: u32, third: u32, tail: &[u32]) -> u32 {
        let mut words = vec![name, info, third];
        words.extend(tail);
        self.btf.push(&words).unwrap().0
    }

    /// A type without the kind flag.
    pub fn add(&mut self, kind: Kind, name: &str, vlen: u32, third: u32, tail: &[u32]) -> u32 {
        let name = self.string(name);
        self.words(name, Info::new(kind, vlen, false).0, third, tail)
    }

    /// An unsigned INT.
    pub fn int(&mut self, name: &str, size: u32, offset: u32, bits: u32) -> u32 {
        self.add(Kind::Int, name, 0, size, &[offset << 16 | bits])
    }

    pub fn ptr(&mut self, target: u32) -> u32 {
        self.add(Kind::Ptr, "", 0, target, &[])
    }

    /// A modifier, TYPEDEF or TYPE_TAG, with a name where it needs one.
    pub fn link(&mut self, kind: Kind, target: u32) -> u32 {
        let name = match kind {
            Kind::Typedef => "metres",
            Kind::TypeTag => "salted",
            _ => "",
        };
        self.add(kind, name, 0, target, &[])
    }

    pub fn array(&mut self, element: u32, index: u32, count: u32) -> u32 {
        self.add(Kind::Array, "", 0, 0, &[element, index, count])
    }

    /// A STRUCT or UNION without the kind flag; members are types and places in bits.
    pub fn composite(&mut self, kind: Kind, size: u32, members: &[(u32, u32)]) -> u32 {
        self.flagged(kind, size, false, members)
    }

    /// A STRUCT or UNION of bit-fields: types, places and widths in bits.
    pub fn packed(&mut self, kind: Kind, size: u32, members: &[(u32, u32, u32)]) -> u32 {
        let place = |&(ty, place, width): &(u32, u32, u32)| (ty, width << 24 | place);
        let members: Vec<(u32, u32)> = members.iter().map(place).collect();
        self.flagged(kind, size, true, &members)
    }

    fn flagged(&mut self, kind: Kind, size: u32, flag: bool, members: &[(u32, u32)]) -> u32 {
        let mut tail = Vec::new();
        for (at, &(ty, place)) in members.iter().enumerate() {
            tail.extend([self.string(&format!("deck{at}")), ty, place]);
        }
        let name = self.string("ferry");
        let info = Info::new(kind, members.len() as u32, flag);
        self.words(name, info.0, size, &tail)
    }

    /// A FUNC_PROTO; an empty name is none.
    pub fn proto(&mut self, result: u32, params: &[(&str, u32)]) -> u32 {
        let mut tail = Vec::new();
        for &(name, ty) in params {
            tail.extend([self.string(name), ty]);
        }
        self.add(Kind::FuncProto, "", params.len() as u32, result, &tail)
    }

    pub fn func(&mut self, proto: u32, linkage: u32) -> u32 {
        self.add(Kind::Func, "moor", linkage, proto, &[])
    }

    pub fn var(&mut self, target: u32, linkage: u32) -> u32 {
        self.add(Kind::Var, "tide", 0, target, &[linkage])
    }

    /// A DATASEC; variables are types, places and sizes in bytes.
    pub fn section(&mut self, size: u32, variables: &[[u32; 3]]) -> u32 {
        let count = variables.len() as u32;
        self.add(Kind::Datasec, ".tides", count, size, &variables.concat())
    }

    pub fn tag(&mut self, target: u32, component: i32) -> u32 {
        self.add(Kind::DeclTag, "listed", 0, target, &[component as u32])
    }

    /// A type of this kind as it should be, with what it refers to in front of it.
    pub fn sound(&mut self, kind: Kind) -> u32 {
        match kind {
            Kind::Int => self.int("fathom", 1, 0, 8),
            Kind::Ptr => self.ptr(INT),
            Kind::Array => self.array(INT, INT, 2),
            Kind::Struct | Kind::Union => self.composite(kind, 4, &[(INT, 0)]),
            Kind::Enum => {
                let port = self.string("PORT");
                self.add(kind, "side", 1, 4, &[port, 0])
            }
            Kind::Enum64 => {
                let port = self.string("PORT");
                self.add(kind, "side", 1, 8, &[port, 0, 1])
            }
            Kind::Fwd => self.add(kind, "ferry", 0, 0, &[]),
            Kind::Func => {
                let proto = self.proto(0, &[("at", INT)]);
                self.func(proto, 1)
            }
            Kind::FuncProto => self.proto(INT, &[("at", INT)]),
            Kind::Var => self.var(INT, 1),
            Kind::Datasec => {
                let var = self.var(INT, 1);
                self.section(4, &[[var, 0, 4]])
            }
            Kind::Float => self.add(kind, "knots", 0, 8, &[]),
            Kind::DeclTag => {
                let ferry = self.composite(Kind::Struct, 4, &[(INT, 0)]);
                self.tag(ferry, -1)
            }
            _ => self.link(kind, INT),
        }
    }

    /// The bytes, with a layout section if there is one.
    pub fn bytes(&self, endian: Endian) -> Vec<u8> {
        let header = match self.btf.layout {
            None => HeaderForm::Plain,
            Some(_) => HeaderForm::Layout,
        };
        let btf = self.btf.clone().with_endian(endian);
        btf.to_bytes(WriteOptions { header }).unwrap()
    }
}
