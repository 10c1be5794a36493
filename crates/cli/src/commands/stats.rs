//! `btfscope stats`: types and bytes by kind.

use crate::args::StatsArgs;
use crate::failure::{Failure, one_line};
use crate::file_name::title;
use crate::inline::{self, Part};
use crate::input;
use crate::stdout::print;
use crate::table::{Table, number};
use btf::stats::KindCounts;
use std::process::ExitCode;

/// Prints the number of types and bytes of each kind.
pub fn run(args: &StatsArgs) -> Result<ExitCode, Failure> {
    let part = inline::part(&args.file, args.base.as_deref(), args.inline)?;
    let Part { bytes, base } = match part {
        Some(part) => part,
        None => Part {
            bytes: input::btf_bytes(&args.file)?,
            // Only the file's own types are counted, on the distilled base if the file brings one.
            base: match input::distilled_base(&args.file)? {
                Some(own) => Some(own),
                None => input::base(args.base.as_deref())?,
            },
        },
    };
    let parts = input::parts(&args.file, &bytes, base.as_ref())?;
    let several = parts.ranges.len();
    let btf = input::joined(&args.file, parts);
    let counts = KindCounts::of(&btf);
    let total = counts.total();
    let strings = btf.strings().as_bytes().len() as u64;
    let whole = bytes.len() as u64;

    let share = |bytes: u64| {
        if whole == 0 {
            "-".to_owned()
        } else {
            format!("{:.1} %", bytes as f64 * 100.0 / whole as f64)
        }
    };
    let mut table = Table::new(["kind", "types", "bytes", "share"]);
    let mut row = |name: &str, count: Option<u64>, bytes: u64| {
        let count = count.map_or_else(String::new, number);
        table.row([name.to_owned(), count, number(bytes), share(bytes)]);
    };
    for (kind, of_kind) in counts.present() {
        row(kind.name(), Some(of_kind.types), of_kind.bytes);
    }
    row("all types", Some(total.types), total.bytes);
    row(
        "strings",
        Some(btf.strings().iter().count() as u64),
        strings,
    );
    let rest = whole.saturating_sub(total.bytes).saturating_sub(strings);
    row(if several == 1 { "header" } else { "headers" }, None, rest);
    row("all", None, whole);
    let endian = match btf.endian {
        btf::Endian::Little => "little",
        btf::Endian::Big => "big",
    };
    let path = title(&args.file);
    let layout = if btf.layout.is_some() {
        ", with a layout section"
    } else {
        ""
    };
    let what = match several {
        1 => "BTF".to_owned(),
        many => format!("{} BTFs one after the other", number(many as u64)),
    };
    print(&format!(
        "{}: {what}, {endian}-endian{layout}\n\n{}",
        one_line(&path),
        table.render()
    ))?;
    Ok(ExitCode::SUCCESS)
}
