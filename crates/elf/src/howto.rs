//! What a relocation type asks for, per machine. The types are those that debug sections use; sources
//! are the processor supplements to the ELF specification.

use object::elf as e;

/// What to do with a field. S is the symbol's value, A the addend, P the field's address, V its present value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Howto {
    /// Nothing: a hint to the linker.
    Nothing,
    /// S + A.
    Absolute(Field),
    /// S + A - P.
    Relative(Field),
    /// V + S + A.
    Add(Field),
    /// V - (S + A).
    Subtract(Field),
}

/// A field's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The low six bits of a byte.
    Bits6,
    /// One byte.
    Bytes1,
    /// Two bytes.
    Bytes2,
    /// Four bytes.
    Bytes4,
    /// Eight bytes.
    Bytes8,
    /// An unsigned LEB128 number, which keeps its length.
    Uleb128,
}

use Field::{Bits6, Bytes1, Bytes2, Bytes4, Bytes8, Uleb128};
use Howto::{Absolute, Add, Nothing, Relative, Subtract};

/// What all types of a machine ask for: looked up once, since a file has millions of relocations.
#[derive(Debug, Clone)]
pub(crate) struct Howtos {
    machine: u16,
    is_64: bool,
    small: Vec<Option<Howto>>,
}

impl Howtos {
    /// Types below this are in the table. Machines number them from 0 on, 64-bit Arm from 256 on.
    const SMALL: u32 = 320;

    pub fn new(machine: u16, is_64: bool) -> Howtos {
        let small = (0..Howtos::SMALL).map(|r_type| howto(machine, is_64, r_type));
        Howtos {
            machine,
            is_64,
            small: small.collect(),
        }
    }

    /// What a type asks for; `None` if it is not known for this machine.
    #[inline]
    pub fn of(&self, r_type: u32) -> Option<Howto> {
        match self.small.get(r_type as usize) {
            Some(&known) => known,
            None => howto(self.machine, self.is_64, r_type),
        }
    }

    /// The machine whose types these are.
    pub fn machine(&self) -> u16 {
        self.machine
    }
}

/// `None` when the type is not known for this machine. Type 0 is "none" on every machine.
fn howto(machine: u16, is_64: bool, r_type: u32) -> Option<Howto> {
    let kind = e::RelocationType(r_type);
    if r_type == 0 {
        return Some(Nothing);
    }
    match e::Machine(machine) {
        e::EM_X86_64 => x86_64(kind),
        e::EM_386 => i386(kind),
        e::EM_AARCH64 => aarch64(kind),
        e::EM_ARM => arm(kind),
        e::EM_S390 => s390(kind),
        e::EM_PPC64 => ppc64(kind),
        e::EM_PPC => ppc(kind),
        e::EM_RISCV => riscv(kind),
        e::EM_LOONGARCH => loongarch(kind),
        e::EM_MIPS => mips(kind, is_64),
        e::EM_BPF => bpf(kind),
        e::EM_SPARC | e::EM_SPARC32PLUS | e::EM_SPARCV9 => sparc(kind),
        e::EM_68K => m68k(kind),
        e::EM_ALPHA => alpha(kind),
        e::EM_SH => sh(kind),
        e::EM_PARISC => parisc(kind),
        e::EM_IA_64 => ia64(kind),
        e::EM_ARC_COMPACT | e::EM_ARC_COMPACT2 => arc(kind),
        e::EM_HEXAGON => hexagon(kind),
        e::EM_XTENSA => xtensa(kind),
        e::EM_CSKY => csky(kind),
        e::EM_MICROBLAZE => microblaze(kind),
        e::EM_ALTERA_NIOS2 => nios2(kind),
        e::EM_OPENRISC => openrisc(kind),
        e::EM_AVR => avr(kind),
        _ => None,
    }
}

fn x86_64(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_X86_64_64 | e::R_X86_64_DTPOFF64 => Absolute(Bytes8),
        e::R_X86_64_32 | e::R_X86_64_32S | e::R_X86_64_DTPOFF32 => Absolute(Bytes4),
        e::R_X86_64_16 => Absolute(Bytes2),
        e::R_X86_64_8 => Absolute(Bytes1),
        e::R_X86_64_PC32 => Relative(Bytes4),
        e::R_X86_64_PC64 => Relative(Bytes8),
        _ => return None,
    })
}

fn i386(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_386_32 | e::R_386_TLS_LDO_32 => Absolute(Bytes4),
        e::R_386_16 => Absolute(Bytes2),
        e::R_386_8 => Absolute(Bytes1),
        e::R_386_PC32 => Relative(Bytes4),
        _ => return None,
    })
}

fn aarch64(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        // The null type that objects by early tools use.
        e::RelocationType(256) => Nothing,
        e::R_AARCH64_ABS64 | e::R_AARCH64_TLS_DTPREL => Absolute(Bytes8),
        e::R_AARCH64_ABS32 => Absolute(Bytes4),
        e::R_AARCH64_ABS16 => Absolute(Bytes2),
        e::R_AARCH64_PREL64 => Relative(Bytes8),
        e::R_AARCH64_PREL32 => Relative(Bytes4),
        e::R_AARCH64_PREL16 => Relative(Bytes2),
        _ => return None,
    })
}

fn arm(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_ARM_ABS32 | e::R_ARM_TLS_LDO32 => Absolute(Bytes4),
        e::R_ARM_ABS16 => Absolute(Bytes2),
        e::R_ARM_ABS8 => Absolute(Bytes1),
        e::R_ARM_REL32 => Relative(Bytes4),
        _ => return None,
    })
}

fn s390(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_390_64 | e::R_390_TLS_LDO64 => Absolute(Bytes8),
        e::R_390_32 | e::R_390_TLS_LDO32 => Absolute(Bytes4),
        e::R_390_16 => Absolute(Bytes2),
        e::R_390_8 => Absolute(Bytes1),
        e::R_390_PC32 => Relative(Bytes4),
        e::R_390_PC64 => Relative(Bytes8),
        _ => return None,
    })
}

fn ppc64(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_PPC64_ADDR64 | e::R_PPC64_UADDR64 | e::R_PPC64_DTPREL64 => Absolute(Bytes8),
        e::R_PPC64_ADDR32 | e::R_PPC64_UADDR32 => Absolute(Bytes4),
        e::R_PPC64_ADDR16 => Absolute(Bytes2),
        e::R_PPC64_REL32 => Relative(Bytes4),
        e::R_PPC64_REL64 => Relative(Bytes8),
        _ => return None,
    })
}

fn ppc(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_PPC_ADDR32 | e::R_PPC_UADDR32 | e::R_PPC_DTPREL32 => Absolute(Bytes4),
        e::R_PPC_ADDR16 => Absolute(Bytes2),
        e::R_PPC_REL32 => Relative(Bytes4),
        _ => return None,
    })
}

fn riscv(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_RISCV_RELAX | e::R_RISCV_ALIGN => Nothing,
        e::R_RISCV_64 | e::R_RISCV_TLS_DTPREL64 => Absolute(Bytes8),
        e::R_RISCV_32 | e::R_RISCV_SET32 | e::R_RISCV_TLS_DTPREL32 => Absolute(Bytes4),
        e::R_RISCV_SET16 => Absolute(Bytes2),
        e::R_RISCV_SET8 => Absolute(Bytes1),
        e::R_RISCV_SET6 => Absolute(Bits6),
        e::R_RISCV_SET_ULEB128 => Absolute(Uleb128),
        e::R_RISCV_32_PCREL => Relative(Bytes4),
        e::R_RISCV_ADD8 => Add(Bytes1),
        e::R_RISCV_ADD16 => Add(Bytes2),
        e::R_RISCV_ADD32 => Add(Bytes4),
        e::R_RISCV_ADD64 => Add(Bytes8),
        e::R_RISCV_SUB6 => Subtract(Bits6),
        e::R_RISCV_SUB8 => Subtract(Bytes1),
        e::R_RISCV_SUB16 => Subtract(Bytes2),
        e::R_RISCV_SUB32 => Subtract(Bytes4),
        e::R_RISCV_SUB64 => Subtract(Bytes8),
        e::R_RISCV_SUB_ULEB128 => Subtract(Uleb128),
        _ => return None,
    })
}

fn loongarch(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_LARCH_RELAX | e::R_LARCH_ALIGN => Nothing,
        e::R_LARCH_64 | e::R_LARCH_TLS_DTPREL64 => Absolute(Bytes8),
        e::R_LARCH_32 | e::R_LARCH_TLS_DTPREL32 => Absolute(Bytes4),
        e::R_LARCH_32_PCREL => Relative(Bytes4),
        e::R_LARCH_64_PCREL => Relative(Bytes8),
        e::R_LARCH_ADD6 => Add(Bits6),
        e::R_LARCH_ADD8 => Add(Bytes1),
        e::R_LARCH_ADD16 => Add(Bytes2),
        e::R_LARCH_ADD32 => Add(Bytes4),
        e::R_LARCH_ADD64 => Add(Bytes8),
        e::R_LARCH_ADD_ULEB128 => Add(Uleb128),
        e::R_LARCH_SUB6 => Subtract(Bits6),
        e::R_LARCH_SUB8 => Subtract(Bytes1),
        e::R_LARCH_SUB16 => Subtract(Bytes2),
        e::R_LARCH_SUB32 => Subtract(Bytes4),
        e::R_LARCH_SUB64 => Subtract(Bytes8),
        e::R_LARCH_SUB_ULEB128 => Subtract(Uleb128),
        _ => return None,
    })
}

/// 64-bit objects pack up to three types into one; those of debug sections have one.
fn mips(kind: e::RelocationType, is_64: bool) -> Option<Howto> {
    Some(match kind {
        e::R_MIPS_32 | e::R_MIPS_TLS_DTPREL32 => Absolute(Bytes4),
        e::R_MIPS_64 if is_64 => Absolute(Bytes8),
        e::R_MIPS_TLS_DTPREL64 if is_64 => Absolute(Bytes8),
        _ => return None,
    })
}

/// Numbers from the kernel's description of LLVM's BPF relocations; they stand for data in debug sections.
fn bpf(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind.0 {
        2 => Absolute(Bytes8),
        3 | 4 => Absolute(Bytes4),
        _ => return None,
    })
}

fn sparc(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_SPARC_64 | e::R_SPARC_UA64 | e::R_SPARC_TLS_DTPOFF64 => Absolute(Bytes8),
        e::R_SPARC_32 | e::R_SPARC_UA32 | e::R_SPARC_TLS_DTPOFF32 => Absolute(Bytes4),
        e::R_SPARC_16 | e::R_SPARC_UA16 => Absolute(Bytes2),
        e::R_SPARC_8 => Absolute(Bytes1),
        e::R_SPARC_DISP32 => Relative(Bytes4),
        e::R_SPARC_DISP64 => Relative(Bytes8),
        _ => return None,
    })
}

fn m68k(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_68K_32 | e::R_68K_TLS_LDO32 => Absolute(Bytes4),
        e::R_68K_16 => Absolute(Bytes2),
        e::R_68K_8 => Absolute(Bytes1),
        e::R_68K_PC32 => Relative(Bytes4),
        _ => return None,
    })
}

fn alpha(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_ALPHA_REFQUAD | e::R_ALPHA_DTPREL64 => Absolute(Bytes8),
        e::R_ALPHA_REFLONG => Absolute(Bytes4),
        e::R_ALPHA_SREL32 => Relative(Bytes4),
        e::R_ALPHA_SREL64 => Relative(Bytes8),
        _ => return None,
    })
}

fn sh(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_SH_DIR32 | e::R_SH_TLS_LDO_32 => Absolute(Bytes4),
        e::R_SH_REL32 => Relative(Bytes4),
        _ => return None,
    })
}

fn parisc(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_PARISC_DIR64 | e::R_PARISC_SECREL64 => Absolute(Bytes8),
        e::R_PARISC_DIR32 | e::R_PARISC_SECREL32 => Absolute(Bytes4),
        e::R_PARISC_PCREL32 => Relative(Bytes4),
        e::R_PARISC_PCREL64 => Relative(Bytes8),
        _ => return None,
    })
}

/// A type names its byte order; Linux has little-endian objects only.
fn ia64(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_IA64_DIR64LSB | e::R_IA64_SECREL64LSB | e::R_IA64_DTPREL64LSB => Absolute(Bytes8),
        e::R_IA64_DIR32LSB | e::R_IA64_SECREL32LSB | e::R_IA64_DTPREL32LSB => Absolute(Bytes4),
        e::R_IA64_PCREL32LSB => Relative(Bytes4),
        e::R_IA64_PCREL64LSB => Relative(Bytes8),
        _ => return None,
    })
}

/// Numbers from the ARC processor supplement.
fn arc(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind.0 {
        1 => Absolute(Bytes1),
        2 => Absolute(Bytes2),
        4 => Absolute(Bytes4),
        0x31 => Relative(Bytes4),
        _ => return None,
    })
}

/// Numbers from the Hexagon processor supplement, where the crate `object` has no name.
fn hexagon(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_HEX_32 => Absolute(Bytes4),
        e::RelocationType(7) => Absolute(Bytes2),
        e::RelocationType(8) => Absolute(Bytes1),
        e::RelocationType(31) => Relative(Bytes4),
        _ => return None,
    })
}

/// A difference is in its place already; its relocation is for linkers that move code closer together.
fn xtensa(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_XTENSA_32 => Add(Bytes4),
        e::R_XTENSA_32_PCREL => Relative(Bytes4),
        e::R_XTENSA_DIFF8 | e::R_XTENSA_DIFF16 | e::R_XTENSA_DIFF32 => Nothing,
        _ => return None,
    })
}

fn csky(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_CKCORE_ADDR32 => Absolute(Bytes4),
        e::R_CKCORE_PCREL32 => Relative(Bytes4),
        _ => return None,
    })
}

fn microblaze(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_MICROBLAZE_32 => Absolute(Bytes4),
        e::R_MICROBLAZE_32_PCREL => Relative(Bytes4),
        _ => return None,
    })
}

fn nios2(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_NIOS2_BFD_RELOC_32 => Absolute(Bytes4),
        e::R_NIOS2_BFD_RELOC_16 => Absolute(Bytes2),
        e::R_NIOS2_BFD_RELOC_8 => Absolute(Bytes1),
        _ => return None,
    })
}

/// Numbers from the OpenRISC processor supplement.
fn openrisc(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind.0 {
        1 => Absolute(Bytes4),
        2 => Absolute(Bytes2),
        3 => Absolute(Bytes1),
        _ => return None,
    })
}

fn avr(kind: e::RelocationType) -> Option<Howto> {
    Some(match kind {
        e::R_AVR_32 => Absolute(Bytes4),
        e::R_AVR_16 => Absolute(Bytes2),
        e::R_AVR_8 => Absolute(Bytes1),
        e::R_AVR_32_PCREL => Relative(Bytes4),
        _ => return None,
    })
}
