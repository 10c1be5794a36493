//! Arguments of the commands that write BTF.

use super::StatsForm;
use crate::choices::{features, languages};
use crate::failure::Failure;
use btf::{Btf, HeaderForm, WriteOptions};
use clap::{Args, ValueEnum};
use pipeline::{Features, KernelTypes, Languages};
use std::path::{Path, PathBuf};

/// Arguments of `encode`.
#[derive(Debug, Args)]
#[command(
    long_about = "Makes BTF from the DWARF (versions 2 to 5) of an ELF file: a vmlinux, a module, any program or \
object built with -g by gcc or clang. Debug sections may be compressed.\n\n\
Types of every unit are encoded, equal ones become one, and functions are selected as the kernel build \
does with pahole: one whose prototypes differ between units, for example, is left out. The result \
depends on the file, the base and the features alone, not on -j.\n\n\
With --base the result is split BTF: it has only the types that the base has not.\n\n\
Without -o, --patch and --stats the statistics are printed as text.",
    after_long_help = "\
Features (--features), under pahole's names:
  encode_force        accepted; names that BTF cannot carry are left out unless --keep-refused is given
  var                 per-CPU variables
  float               floating-point types as FLOAT
  decl_tag            btf_decl_tag attributes
  type_tag            btf_type_tag attributes
  enum64              enumerations wider than 32 bits as ENUM64
  optimized_func      accepted; changes nothing, as in pahole 1.32
  consistent_func     leave out functions whose prototypes differ between units
  decl_tag_kfuncs     kfuncs marked with bpf_kfunc tags
  default             all of these, as the kernel build asks; also without --features
 and, not part of the default,
  reproducible_build  accepted; the result never depends on threads
  distilled_base      with --base: what the types need of it, as a section .BTF.base
  global_var          variables of all sections
  attributes          pointers of kfuncs into arenas with their address space as type tag
  true_signature      functions as they are after optimisation, under their symbols' names
  layout              the 32-byte header and the layout section, as --layout
  force_cu_merging    accepted; units are always encoded with what they refer to in others
  inline              experimental: where functions were inlined, as a section .BTF.inline
  all                 every feature but distilled_base, force_cu_merging, and inline
A + before the list adds it to the default: --features +global_var

Languages (--lang, --lang-exclude), under pahole's names:
  c, c89, c99, c11, c17, c++, c++03, c++11, c++14, c++17, c++20, rust, asm, and others; an unknown name is \
refused with the list of all.

Functions left out (--skipped, and in --stats json):
One a line: its name; its reasons, of which the last one decides; source files that describe it.

The patched ELF (--patch):
It is the input with a new section .BTF that is not loaded. Everything else keeps its bytes and its \
place. If the input has a .BTF that is part of the loaded image, that one stays and is renamed \
.BTF.loaded, so that every tool finds the new one. Tools that read files (bpftool, libbpf, pahole) \
see the new types; /sys/kernel/btf/vmlinux of a running kernel comes from the loaded image.

Distilled base (--features +distilled_base, with --base):
The patched ELF gets .BTF.base besides, from which a kernel of another build finds the types that the \
module needs. Raw BTF (-o OUT.btf) then comes as OUT.btf and OUT.btf.base.

Inline sites (--features +inline):
The patched ELF gets .BTF.inline besides: where functions were inlined, and where their arguments are there. Raw BTF \
(-o OUT.btf) then comes as OUT.btf and OUT.btf.inline. The format is that of bpf-next and may still change.

The kernel's own types (--as-kernel):
From Linux 7.0 on, kernel builds change the types of kfuncs behind the encoder and sort all types by \
name. With this option the result is what /sys/kernel/btf/vmlinux shows; without it, a line on standard \
error says that the two differ. From 7.3 on, builds also deduplicate once more. Which rules apply follows \
from the file (its own .BTF, its release); --as-kernel=7.3 chooses those of a release.

What the kernel refuses (--keep-refused):
One name such as Vec<u8>, or one member of a type without a size, and the kernel refuses a whole BTF. \
A struct, union, enumeration, or member then loses its name; a function, variable, or value is left \
out; a typedef is written as what it stands for; a parameter of a function gets a name if it has none. \
Members of types without a size are left out. A warning counts what was changed, and the statistics \
list it. --keep-refused changes nothing of this, as pahole.

Files that dwz has been over (--supplementary):
What dwz -m moved into a supplementary file is read from there. The ELF file names it; it is looked for \
at that path from the ELF file's folder on, in that folder itself, and in /usr/lib/debug/.build-id.

Separate debug files (--sections-from):
If ELF has no debug information, its debug file is read in its place: by its build id in \
/usr/lib/debug/.build-id, then by the name in .gnu_debuglink beside ELF, in .debug, and in /usr/lib/debug. A file \
of another build is not used. --patch then writes ELF, not the debug file. A debug file alone has no bytes of \
.BTF_ids, which lists the kfuncs: name the file that it was separated from with --sections-from.

Split debug information (-gsplit-dwarf, CONFIG_DEBUG_INFO_SPLIT):
The types are in other files then: in a package (ELF.dwp, or --dwp), or in a .dwo file for each unit, \
which is looked for by the name that ELF has of it, in the folder where the compiler ran, then beside \
ELF; with --dwo-dir in these folders alone. A unit whose file is missing or of another build is left \
out and named.

Units that cannot be encoded:
A damaged unit is left out and named on standard error, and the rest goes on. The exit code is 0.

Exit codes:
  0  done
  1  an error, told on standard error; no file was written or replaced
  2  the command line is wrong

Examples:
  btfscope encode vmlinux -o vmlinux.btf
  btfscope encode vmlinux --patch vmlinux.new --stats text
  btfscope encode vmlinux --stats json | jq .after
  btfscope encode vmlinux --as-kernel -o vmlinux.btf
  btfscope encode module.ko -o module.btf --base vmlinux
  btfscope encode prog.o -o prog.btf --features var,float,enum64"
)]
pub struct EncodeArgs {
    /// ELF file with DWARF
    #[arg(value_name = "ELF")]
    pub file: PathBuf,
    /// Write the raw BTF to this file
    #[arg(short, long, value_name = "OUT.btf")]
    pub output: Option<PathBuf>,
    /// Write the ELF file with the BTF as its .BTF section
    #[arg(long, value_name = "OUT.elf")]
    pub patch: Option<PathBuf>,
    /// Whether to put the section into the input file itself, as kernel builds want it. `btfscope` has no option for it.
    #[arg(skip)]
    pub in_place: bool,
    /// Make split BTF on this BTF: a module's on its kernel's
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// The supplementary file that dwz made [default: the one that the ELF file names, relative to its folder]
    #[arg(long, value_name = "FILE")]
    pub supplementary: Option<PathBuf>,
    /// ELF is a debug file: take sections without bytes there, such as the lists of kfuncs, from the file it was separated from
    #[arg(long, value_name = "FILE")]
    pub sections_from: Option<PathBuf>,
    /// Take split units (-gsplit-dwarf) from this package [default: ELF.dwp]
    #[arg(long, value_name = "FILE")]
    pub dwp: Option<PathBuf>,
    /// Look for .dwo files only in this directory [default: where the compiler wrote them, then next to ELF]
    #[arg(long, value_name = "DIR")]
    pub dwo_dir: Vec<PathBuf>,
    /// What to encode, separated by commas [default: what the kernel build asks]
    #[arg(long, value_name = "LIST", value_parser = features)]
    pub features: Option<Features>,
    /// Make the BTF that a kernel from Linux 7.0 on carries, by the rules of RELEASE [default: as the file shows]
    #[arg(long, value_name = "RELEASE", num_args = 0..=1, require_equals = true, default_missing_value = "auto")]
    pub as_kernel: Option<KernelTypes>,
    /// Whether the command runs as pahole in a kernel's build, which does itself what `--as-kernel` does. `btfscope` has no option for it.
    #[arg(skip)]
    pub as_pahole: bool,
    /// Keep what the kernel refuses: names such as Vec<u8>, members of types without a size
    #[arg(long)]
    pub keep_refused: bool,
    /// Leave out units whose source file begins with PREFIX, or with a line of the file that @FILE names
    #[arg(long, value_name = "PREFIX")]
    pub exclude_unit: Vec<String>,
    /// Write a name that begins with PREFIX as PREFIX alone, so that counters after it do not keep equal types apart
    #[arg(long, value_name = "PREFIX")]
    pub kabi_prefix: Option<String>,
    /// Threads that encode [default: one for each processor]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// Print statistics to standard output
    #[arg(long, value_name = "FORM")]
    pub stats: Option<StatsForm>,
    /// Write the functions that were left out to this file: name, reasons, source files, separated by tabs
    #[arg(long, value_name = "OUT.txt")]
    pub skipped: Option<PathBuf>,
    /// The form of the BTF that is written.
    #[command(flatten)]
    pub form: FormArgs,
    /// Leave out units written in these languages, separated by commas [default: rust, as in kernel builds]
    #[arg(long, value_name = "LIST", value_parser = languages)]
    pub lang_exclude: Option<Languages>,
    /// Encode only units written in these languages
    #[arg(long, value_name = "LIST", value_parser = languages, conflicts_with = "lang_exclude")]
    pub lang: Option<Languages>,
    /// Encode units written in Rust too
    #[arg(long, conflicts_with_all = ["lang", "lang_exclude"])]
    pub include_rust: bool,
}

/// Arguments of `dedup`.
#[derive(Debug, Args)]
#[command(
    long_about = "Makes equal types one, as libbpf's btf__dedup does: the same types remain, in the order in which \
each first appeared, with the same strings. Forward declarations become the definition where there is \
exactly one.\n\n\
With --base the input is split BTF on that base, and types that the base has are taken from it.\n\n\
--patch writes the ELF file that the BTF came from with the new .BTF. In a BPF object .BTF.ext (functions, \
source lines, CO-RE relocations) follows: what it says names the new types and strings.",
    after_long_help = "\
Exit codes:
  0  done
  1  an error, told on standard error; no file was written or replaced
  2  the command line is wrong

Examples:
  btfscope dedup all.btf -o less.btf
  btfscope dedup module.btf -o less.btf --base vmlinux
  btfscope dedup prog.bpf.o --patch less.bpf.o"
)]
pub struct DedupArgs {
    /// ELF or raw BTF
    #[arg(value_name = "IN.btf")]
    pub file: PathBuf,
    /// Write the raw BTF to this file
    #[arg(short, long, value_name = "OUT.btf", required_unless_present = "patch")]
    pub output: Option<PathBuf>,
    /// Write the ELF file with the new BTF, and its .BTF.ext with it
    #[arg(long, value_name = "OUT.elf")]
    pub patch: Option<PathBuf>,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// Keep forward declarations apart from definitions, as libbpf could before 1.0: shows how much merging them saves
    #[arg(long)]
    pub keep_forwards: bool,
    /// The form of the BTF that is written.
    #[command(flatten)]
    pub form: FormArgs,
}

/// The form of BTF that is written.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct FormArgs {
    /// Sort the types by name, anonymous ones first, as kernel builds do from Linux 7.0 on
    #[arg(long)]
    pub sort: bool,
    /// Length of the header: 24, which every reader knows, or 32, as libbpf 1.8 writes; without a layout section
    #[arg(long, value_name = "BYTES")]
    pub header: Option<HeaderBytes>,
    /// Write the 32-byte header and the layout section; kernels before 7.1 refuse them
    #[arg(long, conflicts_with = "header")]
    pub layout: bool,
}

impl FormArgs {
    /// How to write `btf`, which was read from `path`. Unless an argument says otherwise, a layout section
    /// is kept.
    pub fn keeping(self, path: &Path, btf: &Btf) -> Result<WriteOptions, Failure> {
        let options = match (self.layout, self.header) {
            (false, None) => WriteOptions::keeping(btf),
            _ => self.write_options(),
        };
        match btf.needs_layout() {
            Some(id) if options.header != HeaderForm::Layout => Err(Failure::of(
                path,
                format!(
                    "type {id} is of a kind ({}) whose length only the layout section gives, so without that section \
                     nobody could read the result; leave --header out",
                    btf.get(id).map_or(0, |ty| ty.info().kind_number())
                ),
            )),
            _ => Ok(options),
        }
    }

    /// How to write BTF that was not read from a file.
    pub fn write_options(self) -> WriteOptions {
        WriteOptions {
            header: match (self.layout, self.header) {
                (true, _) => HeaderForm::Layout,
                (false, Some(HeaderBytes::Wide)) => HeaderForm::Wide,
                (false, None | Some(HeaderBytes::Plain)) => HeaderForm::Plain,
            },
        }
    }
}

/// Lengths of the header that can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum HeaderBytes {
    /// Every reader knows it
    #[value(name = "24")]
    Plain,
    /// As libbpf 1.8 writes
    #[value(name = "32")]
    Wide,
}

/// Arguments of `convert`.
#[derive(Debug, Args)]
#[command(
    long_about = "Writes the same types in another form: sorted by name, with another header, with or without the \
layout section, in another byte order. A layout section stays unless --header is given; kernels before 7.1 \
refuse it.\n\n\
With --sort ids change, and split BTF that is based on this one no longer fits.",
    after_long_help = "\
Exit codes:
  0  done
  1  an error, told on standard error; no file was written or replaced
  2  the command line is wrong

Examples:
  btfscope convert vmlinux -o sorted.btf --sort
  btfscope convert new.btf -o old.btf --header 24   for readers that know the 24-byte header alone
  btfscope convert module.btf -o sorted.btf --sort --base vmlinux"
)]
pub struct ConvertArgs {
    /// ELF or raw BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Write the raw BTF to this file
    #[arg(short, long, value_name = "OUT.btf")]
    pub output: PathBuf,
    /// The BTF on which split BTF is based
    #[arg(long, value_name = "BASE")]
    pub base: Option<PathBuf>,
    /// The byte order to write [default: that of the input]
    #[arg(long, value_name = "ORDER")]
    pub endian: Option<ByteOrder>,
    /// The form of the BTF that is written.
    #[command(flatten)]
    pub form: FormArgs,
}

/// Byte order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ByteOrder {
    /// x86-64, Arm, RISC-V
    Little,
    /// s390x
    Big,
}

/// Arguments of `distill`.
#[derive(Debug, Args)]
#[command(
    long_about = "Makes split BTF fit other builds of its base, as kernel builds do for out-of-tree modules. A distilled base \
contains the names and sizes of the types that the split BTF refers to; the split BTF is then based on it.\n\n\
OUT.btf gets the split BTF and OUT.btf.base the distilled base: what an ELF file has as .BTF and .BTF.base. \
To get both in a module, encode it: btfscope encode module.ko --base vmlinux --features +distilled_base --patch OUT.ko",
    after_long_help = "\
Exit codes:
  0  done
  1  an error, told on standard error; no file was written or replaced
  2  the command line is wrong

Examples:
  btfscope distill module.btf --base vmlinux -o out.btf
  btfscope relocate out.btf --base other-vmlinux -o module.btf"
)]
pub struct DistillArgs {
    /// ELF or raw split BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The BTF on which it is based
    #[arg(long, value_name = "BASE")]
    pub base: PathBuf,
    /// Write the split BTF to this file, and the distilled base to this file with .base added
    #[arg(short, long, value_name = "OUT.btf")]
    pub output: PathBuf,
}

/// Arguments of `relocate`.
#[derive(Debug, Args)]
#[command(
    long_about = "Relocates split BTF based on a distilled base onto a full base, as the kernel does when it loads a module. \
Types are found by name; integers and enums by size too; structs by size if they are members by value or \
the name alone does not decide.\n\n\
An ELF file has its distilled base as .BTF.base; for raw BTF it is FILE.base, or what --distilled names.",
    after_long_help = "\
Exit codes:
  0  done
  1  a type has no counterpart or several, or another error, told on standard error; no file was written
  2  the command line is wrong

Examples:
  btfscope relocate module.ko --base /sys/kernel/btf/vmlinux -o module.btf"
)]
pub struct RelocateArgs {
    /// ELF or raw split BTF
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The base on which the result is based
    #[arg(long, value_name = "BASE")]
    pub base: PathBuf,
    /// The distilled base on which FILE is based [default: .BTF.base, or FILE.base]
    #[arg(long, value_name = "BASE")]
    pub distilled: Option<PathBuf>,
    /// Write the raw split BTF to this file
    #[arg(short, long, value_name = "OUT.btf")]
    pub output: PathBuf,
}
