//! Adding types one by one, by their fields. Nothing is checked but what the format cannot express: `verify` does that.

use crate::{
    Array, Btf, Endian, Error, FwdKind, Info, Int, Kind, Linkage, Member, Param, StringOffset,
    TypeId, VarSection,
};
use alloc::vec;
use alloc::vec::Vec;

impl Btf {
    /// The same BTF with another byte order to write in; the types in memory do not change.
    pub fn with_endian(mut self, endian: Endian) -> Btf {
        self.endian = endian;
        self
    }

    /// Adds an INT ([BTF_KIND_INT](https://docs.kernel.org/bpf/btf.html#btf-kind-int)). Of the encoding the low four bits count.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_int(&mut self, name: &str, int: Int) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        let data =
            u32::from(int.encoding.0) << 24 | u32::from(int.offset) << 16 | u32::from(int.bits);
        self.push(&[name.0, Info::new(Kind::Int, 0, false).0, int.size, data])
    }

    /// Adds a type that consists of a kind, a name, and one reference: PTR, TYPEDEF, CONST, VOLATILE, RESTRICT, or
    /// TYPE_TAG. `name` is empty for all but TYPEDEF and TYPE_TAG. Other kinds have further words: they have methods of
    /// their own.
    ///
    /// ```
    /// use btf::{Btf, Kind, TypeId, print::c::type_name};
    ///
    /// let mut btf = Btf::new();
    /// let constant = btf.add_reference(Kind::Const, "", TypeId::VOID)?;
    /// let pointer = btf.add_ptr(constant)?;
    /// assert_eq!(type_name(&btf, pointer, "data"), "const void *data");
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_reference(
        &mut self,
        kind: Kind,
        name: &str,
        target: TypeId,
    ) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(kind, 0, false).0, target.0])
    }

    /// Adds a PTR to `target` ([BTF_KIND_PTR](https://docs.kernel.org/bpf/btf.html#btf-kind-ptr)).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_ptr(&mut self, target: TypeId) -> Result<TypeId, Error> {
        self.add_reference(Kind::Ptr, "", target)
    }

    /// Adds a TYPEDEF: another name for `target` ([BTF_KIND_TYPEDEF](https://docs.kernel.org/bpf/btf.html#btf-kind-typedef)).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_typedef(&mut self, name: &str, target: TypeId) -> Result<TypeId, Error> {
        self.add_reference(Kind::Typedef, name, target)
    }

    /// Adds an ARRAY ([BTF_KIND_ARRAY](https://docs.kernel.org/bpf/btf.html#btf-kind-array)).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_array(&mut self, array: Array) -> Result<TypeId, Error> {
        let info = Info::new(Kind::Array, 0, false).0;
        self.push(&[0, info, 0, array.element.0, array.index.0, array.count])
    }

    /// Adds a FWD: the declaration of a struct or union without its members ([BTF_KIND_FWD](https://docs.kernel.org/bpf/btf.html#btf-kind-fwd)).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_fwd(&mut self, name: &str, kind: FwdKind) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(Kind::Fwd, 0, kind == FwdKind::Union).0, 0])
    }

    /// Adds a STRUCT or UNION of `size` bytes ([BTF_KIND_STRUCT](https://docs.kernel.org/bpf/btf.html#btf-kind-struct)). Member names are offsets from
    /// [`Btf::intern`]. `name` is empty for an anonymous one.
    ///
    /// The kind flag is set if a member has a [`Member::bitfield_size`]; offsets have 24 bits then. A struct that
    /// contains a pointer to itself needs an id before it exists: [`Btf::end_id`] tells the next one.
    ///
    /// ```
    /// use btf::{Btf, Kind, Member, TypeId};
    ///
    /// // struct list { struct list *next; };
    /// let mut btf = Btf::new();
    /// let list = TypeId(btf.end_id().0 + 1);
    /// let next = Member {
    ///     name: btf.intern(b"next")?,
    ///     ty: btf.add_ptr(list)?,
    ///     bit_offset: 0,
    ///     bitfield_size: 0,
    /// };
    /// assert_eq!(btf.add_composite(Kind::Struct, "list", 8, &[next])?, list);
    /// btf.check_references()?;
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`Info::MAX_VLEN`] members, for a member at 2 MiB or later in a struct with
    /// bitfields, and as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds an ENUM of `size` bytes ([BTF_KIND_ENUM](https://docs.kernel.org/bpf/btf.html#btf-kind-enum)). `values` are pairs of a name from [`Btf::intern`] and
    /// a value, of which the low 32 bits are kept; `signed` tells how readers extend them.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`Info::MAX_VLEN`] values, and as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds an ENUM64 of `size` bytes ([BTF_KIND_ENUM64](https://docs.kernel.org/bpf/btf.html#btf-kind-enum64)). `values` are pairs of a name from
    /// [`Btf::intern`] and a value. Pass an unsigned value above [`i64::MAX`] as the `i64` with the same bits.
    ///
    /// ```
    /// use btf::Btf;
    ///
    /// let mut btf = Btf::new();
    /// let all = btf.intern(b"ALL")?;
    /// let mask = btf.add_enum64("mask", 8, false, &[(all, -1)])?;
    /// let values: Vec<i128> = btf.get(mask).into_iter().flat_map(|ty| ty.enumerators()).map(|e| e.value).collect();
    /// assert_eq!(values, [i128::from(u64::MAX)]);
    /// # Ok::<(), btf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`Info::MAX_VLEN`] values, and as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds a FUNC_PROTO ([BTF_KIND_FUNC_PROTO](https://docs.kernel.org/bpf/btf.html#btf-kind-func-proto)). `result` is [`TypeId::VOID`] if nothing is returned.
    /// Parameter names are offsets from [`Btf::intern`]; [`Param::VARIADIC`] at the end stands for `...`.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`Info::MAX_VLEN`] parameters, and as [`Btf::push`] and [`Btf::intern`].
    pub fn add_func_proto(&mut self, result: TypeId, params: &[Param]) -> Result<TypeId, Error> {
        let info = Info::new(Kind::FuncProto, vlen(params.len())?, false).0;
        let mut words = Vec::with_capacity(3 + 2 * params.len());
        words.extend([0, info, result.0]);
        words.extend(params.iter().flat_map(|param| [param.name.0, param.ty.0]));
        self.push(&words)
    }

    /// Adds a FUNC whose FUNC_PROTO is `proto` ([BTF_KIND_FUNC](https://docs.kernel.org/bpf/btf.html#btf-kind-func)). The linkage takes the place of vlen.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds a VAR of the type `target` ([BTF_KIND_VAR](https://docs.kernel.org/bpf/btf.html#btf-kind-var)). A DATASEC gives its place.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds a DATASEC of `size` bytes ([BTF_KIND_DATASEC](https://docs.kernel.org/bpf/btf.html#btf-kind-datasec)), for which the kernel wants the variables by
    /// ascending offset. `name` is that of the ELF section: `.data`, `.bss`, …
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] for more than [`Info::MAX_VLEN`] variables, and as [`Btf::push`] and [`Btf::intern`].
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

    /// Adds a FLOAT of `size` bytes ([BTF_KIND_FLOAT](https://docs.kernel.org/bpf/btf.html#btf-kind-float)).
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
    pub fn add_float(&mut self, name: &str, size: u32) -> Result<TypeId, Error> {
        let name = self.intern(name.as_bytes())?;
        self.push(&[name.0, Info::new(Kind::Float, 0, false).0, size])
    }

    /// Adds a DECL_TAG with the text `value` on `target` ([BTF_KIND_DECL_TAG](https://docs.kernel.org/bpf/btf.html#btf-kind-decl-tag)). `component` is the member
    /// or parameter, counted from 0; -1 for the target itself.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], as [`Btf::push`] and [`Btf::intern`].
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
