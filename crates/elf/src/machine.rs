//! Machines by the names that Linux gives them.

use object::elf as e;

use crate::header::{Class, Endian};
use crate::parse::Elf;

impl Elf {
    /// The machine's name as `uname -m` prints it there: `x86_64`, `aarch64`, `ppc64le`. None for a machine that
    /// Linux does not run on. Where the name depends on the processor's model, as with ARM's `armv7l`, it is the
    /// common part.
    ///
    #[must_use]
    pub fn architecture(&self) -> Option<&'static str> {
        let is_64 = self.class == Class::Elf64;
        let is_little = self.endian == Endian::Little;
        let pick = |wide, narrow| if is_64 { wide } else { narrow };
        Some(match e::Machine(self.machine) {
            e::EM_X86_64 => "x86_64",
            e::EM_386 => "i686",
            e::EM_AARCH64 if is_little => "aarch64",
            e::EM_AARCH64 => "aarch64_be",
            e::EM_ARM => "arm",
            e::EM_S390 => pick("s390x", "s390"),
            e::EM_PPC64 if is_little => "ppc64le",
            e::EM_PPC64 => "ppc64",
            e::EM_PPC => "ppc",
            e::EM_RISCV => pick("riscv64", "riscv32"),
            e::EM_LOONGARCH => pick("loongarch64", "loongarch32"),
            e::EM_MIPS => pick("mips64", "mips"),
            e::EM_SPARCV9 => "sparc64",
            e::EM_SPARC | e::EM_SPARC32PLUS => "sparc",
            e::EM_68K => "m68k",
            e::EM_ALPHA => "alpha",
            e::EM_SH => "sh4",
            e::EM_PARISC => pick("parisc64", "parisc"),
            e::EM_IA_64 => "ia64",
            e::EM_ARC_COMPACT | e::EM_ARC_COMPACT2 => "arc",
            e::EM_HEXAGON => "hexagon",
            e::EM_XTENSA => "xtensa",
            e::EM_CSKY => "csky",
            e::EM_MICROBLAZE => "microblaze",
            e::EM_OPENRISC => "openrisc",
            e::EM_ALTERA_NIOS2 => "nios2",
            _ => return None,
        })
    }
}
