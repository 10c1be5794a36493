//! Adding types one by one, by their fields.

use crate::{
    Array, Btf, Endian, Error, FwdKind, Info, Int, Kind, Linkage, Member, Param, StringOffset,
    TypeId, VarSection,
};

impl Btf {
    /// Sets the byte order to write in.
    pub fn with_endian(mut self, endian: Endian) -> Btf {
        self.endian = endian;
        self
    }

    /// Adds an INT.
    pub fn add_int(&mut self, name: &str, int: Int) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        let data =
            u32::from(int.encoding.0) << 24 | u32::from(int.offset) << 16 | u32::from(int.bits);
        self.push(&[name.0, Info::new(Kind::Int, 0, false).0, int.size, data])
    }

    /// Adds a type that is a kind, a name and one reference: PTR, TYPEDEF, CONST, VOLATILE, RESTRICT
    /// or TYPE_TAG. The name is empty for all but TYPEDEF and TYPE_TAG.
    pub fn add_reference(
        &mut self,
        kind: Kind,
        name: &str,
        target: TypeId,
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(kind, 0, false).0, target.0])
    }

    /// Adds a PTR.
    pub fn add_ptr(&mut self, target: TypeId) -> Result<TypeId, Error> {
        self.add_reference(Kind::Ptr, "", target)
    }

    /// Adds a TYPEDEF.
    pub fn add_typedef(&mut self, name: &str, target: TypeId) -> Result<TypeId, Error> {
        self.add_reference(Kind::Typedef, name, target)
    }

    /// Adds an ARRAY.
    pub fn add_array(&mut self, array: Array) -> Result<TypeId, Error> {
        let info = Info::new(Kind::Array, 0, false).0;
        self.push(&[0, info, 0, array.element.0, array.index.0, array.count])
    }

    /// Adds a FWD.
    pub fn add_fwd(&mut self, name: &str, kind: FwdKind) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(Kind::Fwd, 0, kind == FwdKind::Union).0, 0])
    }

    /// Adds a STRUCT or UNION. The kind flag is set when a member is a bitfield; member names are
    /// offsets from [`Btf::intern`].
    pub fn add_composite(
        &mut self,
        kind: Kind,
        name: &str,
        size: u32,
        members: &[Member],
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        let packed = members.iter().any(|member| member.bitfield_size != 0);
        let vlen = vlen(members.len())?;
        let mut words = vec![name.0, Info::new(kind, vlen, packed).0, size];
        for member in members {
            if packed && member.bit_offset > 0x00ff_ffff {
                return Err(Error::TooLarge {
                    what: "a bitfield beyond the first 2 MiB of a struct",
                });
            }
            let bits = if packed {
                u32::from(member.bitfield_size) << 24
            } else {
                0
            };
            words.extend([member.name.0, member.ty.0, bits | member.bit_offset]);
        }
        self.push(&words)
    }

    /// Adds an ENUM; values are (name, value) with names from [`Btf::intern`].
    pub fn add_enum(
        &mut self,
        name: &str,
        size: u32,
        signed: bool,
        values: &[(StringOffset, i64)],
    ) -> Result<TypeId, Error> {
        let words = |(name, value): (StringOffset, i64)| [name.0, value as u32];
        let values: Vec<u32> = values.iter().copied().flat_map(words).collect();
        self.add_enumeration(Kind::Enum, name, size, signed, values.len() / 2, &values)
    }

    /// Adds an ENUM64; values are (name, value) with names from [`Btf::intern`].
    pub fn add_enum64(
        &mut self,
        name: &str,
        size: u32,
        signed: bool,
        values: &[(StringOffset, i64)],
    ) -> Result<TypeId, Error> {
        let words = |(name, value): (StringOffset, i64)| {
            [name.0, value as u32, (value as u64 >> 32) as u32]
        };
        let values: Vec<u32> = values.iter().copied().flat_map(words).collect();
        self.add_enumeration(Kind::Enum64, name, size, signed, values.len() / 3, &values)
    }

    fn add_enumeration(
        &mut self,
        kind: Kind,
        name: &str,
        size: u32,
        signed: bool,
        count: usize,
        values: &[u32],
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        let mut words = vec![name.0, Info::new(kind, vlen(count)?, signed).0, size];
        words.extend_from_slice(values);
        self.push(&words)
    }

    /// Adds a FUNC_PROTO; parameter names are offsets from [`Btf::intern`].
    pub fn add_func_proto(&mut self, result: TypeId, params: &[Param]) -> Result<TypeId, Error> {
        let mut words = vec![
            0,
            Info::new(Kind::FuncProto, vlen(params.len())?, false).0,
            result.0,
        ];
        words.extend(params.iter().flat_map(|param| [param.name.0, param.ty.0]));
        self.push(&words)
    }

    /// Adds a FUNC.
    pub fn add_func(
        &mut self,
        name: &str,
        proto: TypeId,
        linkage: Linkage,
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[
            name.0,
            Info::new(Kind::Func, linkage.number(), false).0,
            proto.0,
        ])
    }

    /// Adds a VAR.
    pub fn add_var(
        &mut self,
        name: &str,
        target: TypeId,
        linkage: Linkage,
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[
            name.0,
            Info::new(Kind::Var, 0, false).0,
            target.0,
            linkage.number(),
        ])
    }

    /// Adds a DATASEC.
    pub fn add_datasec(
        &mut self,
        name: &str,
        size: u32,
        variables: &[VarSection],
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        let mut words = vec![
            name.0,
            Info::new(Kind::Datasec, vlen(variables.len())?, false).0,
            size,
        ];
        words.extend(
            variables
                .iter()
                .flat_map(|var| [var.ty.0, var.offset, var.size]),
        );
        self.push(&words)
    }

    /// Adds a FLOAT.
    pub fn add_float(&mut self, name: &str, size: u32) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(Kind::Float, 0, false).0, size])
    }

    /// Adds a DECL_TAG; `component` is the member or parameter, -1 for the type itself.
    pub fn add_decl_tag(
        &mut self,
        value: &str,
        target: TypeId,
        component: i32,
    ) -> Result<TypeId, Error> {
        let name = self.intern(value.as_bytes())?;
        self.push(&[
            name.0,
            Info::new(Kind::DeclTag, 0, false).0,
            target.0,
            component as u32,
        ])
    }
}

fn vlen(len: usize) -> Result<u32, Error> {
    u32::try_from(len)
        .ok()
        .filter(|&len| len <= Info::MAX_VLEN)
        .ok_or(Error::TooLarge {
            what: "more than 16,777,215 members in one type",
        })
}
