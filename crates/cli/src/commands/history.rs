//! `btfscope history`: one type in several kernels.

use crate::failure::{Failure, one_line};
use crate::file_name;
use crate::input;
use crate::stdout::Stdout;
use clap::{Args, ValueEnum};
use explore::history::{History, Version};
use explore::{Wanted, export};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `history`.
#[derive(Debug, Args)]
#[command(
    long_about = "Follows one type through several kernels: a table with a row for each member (of a function: what it \
returns and takes; of an enumeration: its values) and a column for each file.\n\n\
A cell has the offset (with :BIT for a bitfield), the position of a parameter, or the number of a value. Each file is \
compared with the one before it: + marks what is new, ≠ another type, size or number, with the declaration; – means that the \
file does not have it. A member that only moved has another offset and no mark. Rows are in the order of the last file; \
members that it lacks follow their former neighbour.\n\n\
A column is headed by the kernel's release if the file has it, otherwise by the file's name.",
    after_long_help = "\
Examples:
  btfscope history 'struct sk_buff' vmlinux-6.1 vmlinux-6.12 vmlinux-7.0
  btfscope history 'func vfs_read' *.btf
  btfscope history task_struct old.btf new.btf --member pid
  btfscope history 'enum bpf_prog_type' *.btf --format markdown > prog_types.md"
)]
pub struct HistoryArgs {
    /// Name, or keyword and name, as one argument
    #[arg(value_name = "TYPE")]
    pub name: String,
    /// ELF or raw BTF, in the order of their columns
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub files: Vec<PathBuf>,
    /// Only members, parameters or values whose name contains TEXT
    #[arg(long, value_name = "TEXT")]
    pub member: Option<String>,
    /// How to print the table
    #[arg(long, value_enum, default_value = "text")]
    pub format: HistoryForm,
}

/// How to print the table.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum HistoryForm {
    Text,
    Csv,
    Json,
    Markdown,
}

/// Prints the history of a type.
pub fn run(args: &HistoryArgs) -> Result<ExitCode, Failure> {
    let wanted = Wanted::parse(&args.name);
    if matches!(wanted, Wanted::Id(_)) {
        return Err(Failure::new(
            "a type id means another type in each file; give a name, such as 'struct file'",
        ));
    }
    let mut versions = Vec::new();
    let mut nowhere = None;
    for path in &args.files {
        let btf = input::written(path, input::checked_btf(path, None)?)?;
        let version = Version::find(&btf, &wanted);
        if version.is_none() {
            nowhere = Some(Failure::of(path, one_line(&wanted.not_found(&btf))));
        }
        versions.push((heading(path), version));
    }
    let Some(mut history) = History::of(&versions) else {
        return Err(nowhere.unwrap_or_else(|| Failure::new("no file has this type")));
    };
    if let Some(part) = &args.member {
        history.rows.retain(|row| row.name.contains(part.as_str()));
        if history.rows.is_empty() {
            return Err(Failure::new(format!(
                "{} has no member, parameter or value whose name contains {} in any of these files",
                one_line(&history.title),
                one_line(part)
            )));
        }
    }
    let text = match args.format {
        HistoryForm::Text => history.text(),
        HistoryForm::Csv => history.csv(),
        HistoryForm::Json => export::json(&history),
        HistoryForm::Markdown => history.markdown(),
    };
    let mut out = Stdout::lock();
    let printed = out.write_str(&text);
    out.finish(printed)?;
    Ok(ExitCode::SUCCESS)
}

/// The kernel's release, or the file's name.
fn heading(path: &Path) -> String {
    input::release(path).unwrap_or_else(|| {
        let name = path.file_name().map(|name| name.to_string_lossy());
        name.map_or_else(|| file_name::title(path), |name| name.into_owned())
    })
}
