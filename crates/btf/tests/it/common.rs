//! BTF for tests: one of every kind, and random ones that the kernel would accept.

use btf::{
    Array, Btf, FwdKind, Info, Int, IntEncoding, Kind, Linkage, Member, Param, TypeId, VarSection,
    WriteOptions,
};
use proptest::prelude::*;
use std::sync::Arc;

/// An `int` of 32 bits.
pub const INT: Int = Int {
    size: 4,
    encoding: IntEncoding::SIGNED,
    offset: 0,
    bits: 32,
};

/// One type of every kind, with the values that bpftool prints differently: each encoding, linkage and
/// sign, bitfields, unnamed parts, names that need escapes.
pub fn every_kind() -> Btf {
    let mut btf = Btf::new();
    let int = btf.add_int("int", INT).unwrap();
    for (name, encoding) in [("plain", 0), ("char", 2), ("bool", 4), ("odd", 3)] {
        let number = Int {
            size: 1,
            encoding: IntEncoding(encoding),
            offset: 2,
            bits: 6,
        };
        btf.add_int(name, number).unwrap();
    }
    let ptr = btf.add_ptr(int).unwrap();
    let array = Array {
        element: ptr,
        index: int,
        count: 7,
    };
    btf.add_array(array).unwrap();
    let m = btf.intern(b"member").unwrap();
    let none = btf.intern(b"").unwrap();
    let member = |name, bit_offset, bitfield_size| Member {
        name,
        ty: int,
        bit_offset,
        bitfield_size,
    };
    let bitfields = [member(m, 0, 3), member(none, 32, 0), member(m, 70, 31)];
    let packed = btf.add_composite(Kind::Struct, "packed", 16, &bitfields);
    let packed = packed.unwrap();
    let plain = [member(m, 0, 0), member(none, 0, 0)];
    btf.add_composite(Kind::Union, "", 4, &plain).unwrap();
    btf.add_composite(Kind::Struct, "empty", 0, &[]).unwrap();
    let values = [(m, -1), (m, 0), (m, i64::from(i32::MAX))];
    btf.add_enum("signed", 4, true, &values).unwrap();
    btf.add_enum("", 4, false, &values).unwrap();
    let wide = [(m, -1), (m, i64::MIN), (m, 1 << 40)];
    btf.add_enum64("wide_signed", 8, true, &wide).unwrap();
    btf.add_enum64("wide", 8, false, &wide).unwrap();
    btf.add_fwd("later", FwdKind::Struct).unwrap();
    btf.add_fwd("later", FwdKind::Union).unwrap();
    btf.add_typedef("quoted \" é", int).unwrap();
    for kind in [Kind::Volatile, Kind::Const, Kind::Restrict] {
        btf.add_reference(kind, "", ptr).unwrap();
    }
    btf.add_reference(Kind::TypeTag, "rcu", int).unwrap();
    let params = [
        Param { name: m, ty: int },
        Param {
            name: none,
            ty: TypeId::VOID,
        },
    ];
    let proto = btf.add_func_proto(int, &params).unwrap();
    btf.add_func_proto(TypeId::VOID, &[]).unwrap();
    let mut variables = Vec::new();
    for linkage in [0, 1, 2, 3].map(Linkage::from_number) {
        let func = btf.add_func("function", proto, linkage).unwrap();
        let var = btf.add_var("variable", int, linkage).unwrap();
        for ty in [var, func] {
            let offset = variables.len() as u32 * 4;
            variables.push(VarSection {
                ty,
                offset,
                size: 4,
            });
        }
    }
    btf.add_datasec(".data", 64, &variables).unwrap();
    btf.add_datasec(".bss", 64, &[]).unwrap();
    btf.add_float("double", 8).unwrap();
    btf.add_decl_tag("tag", packed, -1).unwrap();
    btf.add_decl_tag("tag", packed, 2).unwrap();
    btf
}

/// A step of [`random`]: what to add, and three numbers that fill in the rest.
pub type Step = (u8, u32, u32, u32);

/// Steps for [`random`].
pub fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(any::<Step>(), 0..80)
}

/// BTF that the kernel accepts, made by `steps`; on a base if one is given.
///
/// Types refer to earlier ones, and by pointers to later ones, so that there are rings.
pub fn random(steps: &[Step], base: Option<Arc<Btf>>) -> Btf {
    let btf = base.map_or_else(Btf::new, Btf::split);
    let mut maker = Maker {
        btf,
        sized: Vec::new(),
        protos: Vec::new(),
        vars: Vec::new(),
        targets: Vec::new(),
    };
    let int = maker.btf.add_int("int", INT).unwrap();
    maker.sized.push((int, 4));
    for &step in steps {
        maker.step(step, int);
    }
    maker.btf
}

/// The BTF's bytes with a 24-byte header.
pub fn bytes(btf: &Btf) -> Vec<u8> {
    btf.to_bytes(WriteOptions::default()).unwrap()
}

struct Maker {
    btf: Btf,
    /// Types that have a size, with it.
    sized: Vec<(TypeId, u32)>,
    /// Prototypes whose parameters are named.
    protos: Vec<(TypeId, u32)>,
    vars: Vec<(TypeId, u32)>,
    /// What a decl tag may be on, with the number of components.
    targets: Vec<(TypeId, u32)>,
}

fn pick<T: Copy>(list: &[T], number: u32) -> Option<T> {
    list.get(number as usize % list.len().max(1)).copied()
}

impl Maker {
    fn name(&mut self, number: u32) -> String {
        format!("name_{}", number % 12)
    }

    fn step(&mut self, (what, a, b, c): Step, int: TypeId) {
        let name = self.name(a);
        let Some((ty, size)) = pick(&self.sized, b) else {
            return;
        };
        let linkage = Linkage::from_number(c % 2);
        match what % 18 {
            0 => {
                let bits = [8, 16, 32, 64, 128][a as usize % 5];
                let encoding = IntEncoding([0, 1, 2, 4][b as usize % 4]);
                let size = u32::from(bits) / 8;
                let number = Int {
                    size,
                    encoding,
                    offset: 0,
                    bits,
                };
                let id = self.btf.add_int(&name, number).unwrap();
                self.sized.push((id, size));
            }
            1 => {
                // A pointer to what comes next is one to itself when nothing does, so add a struct.
                let next = TypeId(self.btf.end_id().0 + 1);
                let ptr = self.btf.add_ptr(next).unwrap();
                let member = self.member(a, ptr, 0);
                let id = self.composite(Kind::Struct, &name, 8, &[member]);
                self.sized.extend([(ptr, 8), (id, 8)]);
            }
            2 => {
                let count = c % 8;
                if size > 1 << 20 {
                    return;
                }
                let array = Array {
                    element: ty,
                    index: int,
                    count,
                };
                let id = self.btf.add_array(array).unwrap();
                self.sized.push((id, size * count));
            }
            3 | 4 => self.structure(what, &name, (a, b, c)),
            5 => {
                let m = self.btf.intern(b"value").unwrap();
                let values = [(m, i64::from(b)), (m, i64::from(c))];
                let name = if a % 3 == 0 { "" } else { &name };
                let id = self.btf.add_enum(name, 4, c % 2 == 0, &values).unwrap();
                self.sized.push((id, 4));
            }
            6 => {
                let m = self.btf.intern(b"wide").unwrap();
                let values = [(m, i64::from(b) << 32 | i64::from(c))];
                let id = self.btf.add_enum64(&name, 8, c % 2 == 0, &values).unwrap();
                self.sized.push((id, 8));
            }
            7 => {
                let kind = [FwdKind::Struct, FwdKind::Union][b as usize % 2];
                let fwd = self.btf.add_fwd(&name, kind).unwrap();
                let ptr = self.btf.add_ptr(fwd).unwrap();
                self.sized.push((ptr, 8));
            }
            8 => {
                let id = self.btf.add_typedef(&name, ty).unwrap();
                self.sized.push((id, size));
                self.targets.push((id, 0));
            }
            9 => {
                // Modifiers of what is no modifier: chains come about through typedefs.
                let kind = [Kind::Const, Kind::Volatile, Kind::Restrict][c as usize % 3];
                let ptr = self.btf.add_ptr(ty).unwrap();
                let id = self.btf.add_reference(kind, "", ptr).unwrap();
                self.sized.push((id, 8));
            }
            10 => {
                let tag = self.btf.add_reference(Kind::TypeTag, &name, ty).unwrap();
                let ptr = self.btf.add_ptr(tag).unwrap();
                self.sized.push((ptr, 8));
            }
            11 => {
                let m = self.btf.intern(name.as_bytes()).unwrap();
                let mut params = vec![Param { name: m, ty }; c as usize % 4];
                if a % 5 == 0 {
                    let name = self.btf.intern(b"").unwrap();
                    let ty = TypeId::VOID;
                    params.push(Param { name, ty });
                }
                let result = if b % 2 == 0 { TypeId::VOID } else { ty };
                let id = self.btf.add_func_proto(result, &params).unwrap();
                self.protos.push((id, params.len() as u32));
            }
            12 => {
                let Some((proto, params)) = pick(&self.protos, b) else {
                    return;
                };
                let id = self.btf.add_func(&name, proto, linkage).unwrap();
                self.targets.push((id, params));
            }
            13 => {
                let id = self.btf.add_var(&name, ty, linkage).unwrap();
                self.vars.push((id, size));
                self.targets.push((id, 0));
            }
            14 => {
                let (mut offset, mut list) = (0, Vec::new());
                for index in 0..c % 4 {
                    if let Some((ty, size)) = pick(&self.vars, b.wrapping_add(index))
                        && size < 1 << 24
                    {
                        let size = size.max(1);
                        list.push(VarSection { ty, offset, size });
                        offset += size;
                    }
                }
                self.btf.add_datasec(".data", offset + 1, &list).unwrap();
            }
            15 => {
                let size = [2, 4, 8, 12, 16][b as usize % 5];
                self.btf.add_float(&name, size).unwrap();
            }
            _ => {
                let Some((target, components)) = pick(&self.targets, b) else {
                    return;
                };
                let component = match components {
                    0 => -1,
                    components => (c % components) as i32,
                };
                self.btf.add_decl_tag(&name, target, component).unwrap();
            }
        }
    }

    fn structure(&mut self, what: u8, name: &str, (a, b, c): (u32, u32, u32)) {
        let union = what % 18 == 4;
        let (mut offset, mut size, mut members) = (0u32, 0u32, Vec::new());
        for index in 0..c % 5 {
            let picked = pick(&self.sized, b.wrapping_add(index * 7));
            let Some((ty, bytes)) = picked.filter(|&(_, size)| size < 1 << 16) else {
                continue;
            };
            let start = if union { 0 } else { offset };
            members.push(self.member(a.wrapping_add(index), ty, start * 8));
            offset += bytes;
            size = size.max(start + bytes);
        }
        if a % 4 == 0 && !union {
            let mut member = self.member(a, self.sized[0].0, size * 8);
            member.bitfield_size = (b % 31) as u8 + 1;
            members.push(member);
            size += 4;
            // The kernel takes enumerations beside bitfields for 32 bits wide, which these are or exceed.
        }
        let kind = if union { Kind::Union } else { Kind::Struct };
        let name = if b % 3 == 0 { "" } else { name };
        let id = self.composite(kind, name, size, &members);
        self.sized.push((id, size));
    }

    fn member(&mut self, number: u32, ty: TypeId, bit_offset: u32) -> Member {
        let text = match number % 6 {
            0 => String::new(),
            number => format!("m{number}"),
        };
        Member {
            name: self.btf.intern(text.as_bytes()).unwrap(),
            ty,
            bit_offset,
            bitfield_size: 0,
        }
    }

    fn composite(&mut self, kind: Kind, name: &str, size: u32, members: &[Member]) -> TypeId {
        let id = self.btf.add_composite(kind, name, size, members).unwrap();
        self.targets.push((id, members.len() as u32));
        id
    }
}

/// A type of a kind that has no builder.
pub fn push(btf: &mut Btf, name: &str, info: u32, third: u32, tail: &[u32]) -> TypeId {
    let name = btf.intern(name.as_bytes()).unwrap();
    let mut words = vec![name.0, info, third];
    words.extend(tail);
    btf.push(&words).unwrap()
}

/// The info word of a kind by number.
pub fn info(kind: u32, vlen: u32) -> u32 {
    kind << 24 | (vlen & Info::MAX_VLEN)
}
