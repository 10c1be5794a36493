//! `btfscope unpack`: the kernel out of a package, a compressed file, or a boot image.

use crate::failure::{Failure, one_line, say};
use crate::file::Source;
use crate::file_name::{is_stdin, title};
use crate::output::{self, Output};
use crate::table::number;
use crate::unpacked::{self, At};
use crate::{stdout, temporary};
use clap::Args;
use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use unpack::{Content, EntryKind, Found, Opened, Package, Role, Wanted};

/// Arguments of `unpack`.
#[derive(Debug, Args)]
#[command(
    long_about = "Takes the kernel out of a package (.deb, .ddeb, .rpm, .pkg.tar.zst, .apk), an archive (.tar, .zip, .cpio), a compressed \
file (gzip, xz, lzma, zstd, bzip2, lz4, lzo), or a boot image (x86 bzImage, EFI zboot, Image, zImage, uImage, s390, a unified kernel \
image), and writes it to the folder of -o under its own name. What is in a boot image is the kernel's ELF file, or its BTF, which is written with the ending .btf.\n\n\
A package is read until the kernel is complete. FILE!PATH takes another file, by its path in the package or the end of it. All other commands \
open packages and images by themselves: btfscope encode linux-image-dbg.deb.\n\n\
What a kernel without debug information lacks is told on standard error, with the package that has it.",
    after_long_help = "\
Exit codes:
  0  done
  1  an error, told on standard error; no file was written or replaced
  2  the command line is wrong

Examples:
  btfscope unpack linux-image-6.1.0-47-amd64-dbg.deb --list
  btfscope unpack linux-image-6.1.0-47-amd64-dbg.deb -o /tmp
  btfscope unpack 'kernel.rpm!nf_tables.ko' -o .
  btfscope unpack /boot/vmlinuz -o /tmp
  btfscope unpack linux-image-6.1.0-47-amd64.deb --modules -o modules"
)]
pub struct UnpackArgs {
    /// A package, an archive, a compressed file, or a boot image; FILE!PATH for a file in it
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Only list what can be opened: kernels, modules, BTF
    #[arg(short, long, conflicts_with_all = ["output", "modules"])]
    pub list: bool,
    /// The folder to write to [default: the current one]
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Take out the modules instead of the kernel, decompressed
    #[arg(long)]
    pub modules: bool,
}

/// Lists what a package contains, or writes what is wanted of it.
pub fn run(args: &UnpackArgs) -> Result<ExitCode, Failure> {
    let (outer, member) = unpacked::named(&args.file);
    let input = Input::open(&outer)?;
    if args.list {
        list(&input)?;
    } else {
        let folder = args.output.as_deref().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(Failure::of(folder, "the directory does not exist"));
        }
        match args.modules {
            true => modules(&input, folder)?,
            false => one(&input, member, folder)?,
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The file that is opened, as a stream.
struct Input {
    path: PathBuf,
    /// `None` for standard input.
    source: Option<Source>,
}

impl Input {
    fn open(path: &Path) -> Result<Input, Failure> {
        let source = match is_stdin(path) {
            true => None,
            false => Some(Source::open_itself(path)?),
        };
        Ok(Input {
            path: path.to_owned(),
            source,
        })
    }

    fn opened(&self) -> Result<Opened<'_>, Failure> {
        let (input, len) = self.stream();
        let opened = unpacked::open_stream(&self.path, input, len);
        opened.map_err(|error| unpacked::failure(&self.path, &error))
    }

    fn stream(&self) -> (Box<dyn Read + '_>, Option<u64>) {
        match &self.source {
            Some(source) => {
                let file = source.file();
                (
                    Box::new(At { file, offset: 0 }),
                    Some(elf::ReadAt::len(source)),
                )
            }
            None => (Box::new(io::stdin().lock()), None),
        }
    }

    fn failed(&self, error: unpack::Error) -> Failure {
        unpacked::failure(&self.path, &error)
    }
}

fn list(input: &Input) -> Result<(), Failure> {
    let mut text = String::new();
    match input.opened()? {
        Opened::File(file) => writeln!(text, "{}", file.format().name())?,
        Opened::Package(mut package) => {
            let members = unpack::members(&mut package);
            let (members, others) = members.map_err(|error| input.failed(error))?;
            writeln!(text, "{}", package.kind().name())?;
            for one in members {
                let size = one.size.map_or("-".to_owned(), number);
                let path = one_line(&one.path);
                writeln!(text, "{:<12} {size:>13}  {path}", one.role.name())?;
            }
            writeln!(text, "and {} other files", number(others))?;
        }
    }
    stdout::print(&text)
}

/// Writes the kernel, or the file that is named.
fn one(input: &Input, member: Option<String>, folder: &Path) -> Result<(), Failure> {
    let wanted = member.map_or(Wanted::Kernel, Wanted::Member);
    let (stream, len) = input.stream();
    let found = unpacked::extract(&input.path, stream, len, &wanted)?;
    let name = name_of(&input.path, &found);
    write(input, &folder.join(&name), &found.spool.file)?;
    if found.content == Content::Btf
        && let Some(sentence) = found.banner.as_ref().and_then(unpacked::debug_package)
    {
        say(&format!("note: {name} has the types alone; {sentence}"));
    }
    Ok(())
}

/// The name of what was taken out.
fn name_of<S>(path: &Path, found: &Found<S>) -> String {
    found.file_name(&match is_stdin(path) {
        true => "vmlinux".to_owned(),
        false => title(path),
    })
}

/// Writes all modules of a package, decompressed.
fn modules(input: &Input, folder: &Path) -> Result<(), Failure> {
    let Opened::Package(mut package) = input.opened()? else {
        let cause = "this is a single file, which contains no modules";
        return Err(Failure::of(&input.path, cause));
    };
    let mut written = 0u64;
    while let Some(path) = next_module(&mut package).map_err(|error| input.failed(error))? {
        let base = path.rsplit(['/', '\\']).next().unwrap_or(&path);
        let end = base.find(".ko").map_or(base.len(), |at| at + 3);
        let name = folder.join(base.get(..end).unwrap_or(base));
        let mut content = package.content().map_err(|error| input.failed(error))?;
        if Role::of(
            &path,
            content.peek(64).map_err(|error| input.failed(error))?,
        ) != Role::Module
        {
            continue;
        }
        let failed = |error: io::Error| Failure::of(&input.path, format!("{path}: {error}"));
        let mut file = temporary::file(None).map_err(failed)?;
        io::copy(&mut content, &mut file).map_err(failed)?;
        write(input, &name, &file)?;
        written += 1;
    }
    match written {
        0 => Err(Failure::of(&input.path, "it contains no modules")),
        _ => stdout::print(&format!("{} modules\n", number(written))),
    }
}

/// The path of the next module, of which nothing was read.
fn next_module(package: &mut Package<'_>) -> Result<Option<String>, unpack::Error> {
    while let Some(entry) = package.next_entry()? {
        let is_module = entry.path.ends_with(".ko") || entry.path.contains(".ko.");
        if entry.kind == EntryKind::File && is_module {
            return Ok(Some(entry.path));
        }
    }
    Ok(None)
}

fn write(input: &Input, path: &Path, from: &File) -> Result<(), Failure> {
    let inputs: Vec<&Source> = input.source.iter().collect();
    let output = Output::check(path, &inputs)?;
    let written = output.write_file(from)?;
    output::commit(vec![written], inputs)
}
