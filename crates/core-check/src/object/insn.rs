//! One BPF instruction.

/// The length of an instruction. A 64-bit immediate takes two.
pub const INSN_BYTES: usize = 8;

/// An instruction, decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Insn {
    /// The operation: class, size or operator, and mode.
    pub code: u8,
    /// The destination register.
    pub dst: u8,
    /// The source register, or the kind of a call or of a 64-bit immediate.
    pub src: u8,
    /// The offset of a memory access or jump.
    pub off: i16,
    /// The immediate.
    pub imm: i32,
}

/// The class of an instruction: its lowest three bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Ld,
    Ldx,
    St,
    Stx,
    Alu,
    Jmp,
    Jmp32,
    Alu64,
}

/// The code of a 64-bit immediate's first half.
pub(crate) const LD_IMM64: u8 = 0x18;
/// The code of a call.
pub(crate) const CALL: u8 = 0x85;
/// The code of an exit.
pub(crate) const EXIT: u8 = 0x95;
/// `src` of a call to another function of the object.
pub(crate) const PSEUDO_CALL: u8 = 1;
/// `src` of a 64-bit immediate that is the address of a function.
pub(crate) const PSEUDO_FUNC: u8 = 4;

impl Insn {
    /// Decodes eight bytes.
    pub fn decode(bytes: [u8; INSN_BYTES], big_endian: bool) -> Insn {
        let [code, registers, off0, off1, imm0, imm1, imm2, imm3] = bytes;
        let (low, high) = (registers & 15, registers >> 4);
        if big_endian {
            Insn {
                code,
                dst: high,
                src: low,
                off: i16::from_be_bytes([off0, off1]),
                imm: i32::from_be_bytes([imm0, imm1, imm2, imm3]),
            }
        } else {
            Insn {
                code,
                dst: low,
                src: high,
                off: i16::from_le_bytes([off0, off1]),
                imm: i32::from_le_bytes([imm0, imm1, imm2, imm3]),
            }
        }
    }

    pub(crate) fn class(self) -> Class {
        match self.code & 7 {
            0 => Class::Ld,
            1 => Class::Ldx,
            2 => Class::St,
            3 => Class::Stx,
            4 => Class::Alu,
            5 => Class::Jmp,
            6 => Class::Jmp32,
            _ => Class::Alu64,
        }
    }

    /// The second operand is a register, not the immediate.
    pub(crate) fn uses_register(self) -> bool {
        self.code & 8 != 0
    }

    /// The width of a memory access in bytes.
    pub(crate) fn access_size(self) -> u32 {
        match self.code & 0x18 {
            0x00 => 4,
            0x08 => 2,
            0x10 => 1,
            _ => 8,
        }
    }

    /// The first half of a 64-bit immediate.
    pub(crate) fn is_wide(self) -> bool {
        self.code == LD_IMM64
    }
}
