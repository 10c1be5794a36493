//! BTF as bytes: types are appended as they come, and ids count from 1 (or from where a base ends).

use std::collections::HashMap;

/// Numbers of kinds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Int = 1,
    Ptr = 2,
    Array = 3,
    Struct = 4,
    Union = 5,
    Enum = 6,
    Fwd = 7,
    Typedef = 8,
    Const = 10,
    Func = 12,
    FuncProto = 13,
    Var = 14,
    Datasec = 15,
    DeclTag = 17,
    TypeTag = 18,
}

/// The largest number of members that a type can have.
pub const MOST_MEMBERS: usize = 65_535;

/// The types, being written. A name is its offset in the strings.
#[derive(Debug)]
pub struct BtfWriter {
    types: Vec<u8>,
    strings: Vec<u8>,
    names: HashMap<String, u32>,
    next: u32,
    first_string: u32,
}

impl Default for BtfWriter {
    fn default() -> BtfWriter {
        BtfWriter {
            types: Vec::new(),
            strings: vec![0],
            names: HashMap::new(),
            next: 1,
            first_string: 0,
        }
    }
}

impl BtfWriter {
    /// Types without a base, `int` as type 1.
    pub fn with_int() -> BtfWriter {
        let mut own = BtfWriter::default();
        let name = own.name("int");
        own.add(Kind::Int, name, 4, 0, &[0x0100_0020]);
        own
    }

    /// Split BTF on `base`.
    pub fn split(base: &BtfWriter) -> BtfWriter {
        BtfWriter {
            next: base.next,
            first_string: base.first_string + base.strings.len() as u32,
            ..BtfWriter::default()
        }
    }

    /// The id of the next type.
    pub fn next(&self) -> u32 {
        self.next
    }

    pub fn name(&mut self, name: &str) -> u32 {
        if name.is_empty() {
            return 0;
        }
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let at = self.text(name);
        self.names.insert(name.to_owned(), at);
        at
    }

    /// Adds a string whether or not it exists; its offset.
    pub fn text(&mut self, text: &str) -> u32 {
        let at = self.first_string + self.strings.len() as u32;
        self.strings.extend(text.bytes());
        self.strings.push(0);
        at
    }

    /// Adds a type of any words; its id.
    pub fn add(
        &mut self,
        kind: Kind,
        name: u32,
        size_or_type: u32,
        len: usize,
        words: &[u32],
    ) -> u32 {
        let info = (kind as u32) << 24 | len.min(MOST_MEMBERS) as u32;
        for word in [name, info, size_or_type].iter().chain(words) {
            self.types.extend(word.to_le_bytes());
        }
        self.next += 1;
        self.next - 1
    }

    /// Adds a type without name that refers to another: `PTR`, `CONST`, and the like.
    pub fn to(&mut self, kind: Kind, target: u32) -> u32 {
        self.add(kind, 0, target, 0, &[])
    }

    pub fn typedef(&mut self, name: &str, target: u32) -> u32 {
        let name = self.name(name);
        self.add(Kind::Typedef, name, target, 0, &[])
    }

    pub fn array(&mut self, element: u32, index: u32, len: u32) -> u32 {
        self.add(Kind::Array, 0, 0, 0, &[element, index, len])
    }

    /// Adds a struct or union of members: name, type, offset in bits.
    pub fn composite(
        &mut self,
        kind: Kind,
        name: &str,
        size: u32,
        members: &[(u32, u32, u32)],
    ) -> u32 {
        let name = self.name(name);
        let members = &members[..members.len().min(MOST_MEMBERS)];
        let words: Vec<u32> = members
            .iter()
            .flat_map(|&(name, ty, at)| [name, ty, at])
            .collect();
        self.add(kind, name, size, members.len(), &words)
    }

    /// Adds a struct with one member `x`.
    pub fn holder(&mut self, name: &str, size: u32, of: u32) -> u32 {
        let x = self.name("x");
        self.composite(Kind::Struct, name, size, &[(x, of, 0)])
    }

    pub fn prototype(&mut self, returns: u32, parameters: &[(u32, u32)]) -> u32 {
        let parameters = &parameters[..parameters.len().min(MOST_MEMBERS)];
        let words: Vec<u32> = parameters
            .iter()
            .flat_map(|&(name, ty)| [name, ty])
            .collect();
        self.add(Kind::FuncProto, 0, returns, parameters.len(), &words)
    }

    pub fn function(&mut self, name: &str, prototype: u32) -> u32 {
        let name = self.name(name);
        self.add(Kind::Func, name, prototype, 1, &[])
    }

    pub fn finish(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend(0xeb9f_u16.to_le_bytes());
        out.extend([1, 0]);
        let types = self.types.len() as u32;
        for word in [24, 0, types, types, self.strings.len() as u32] {
            out.extend(word.to_le_bytes());
        }
        out.extend(&self.types);
        out.extend(&self.strings);
        out
    }
}
