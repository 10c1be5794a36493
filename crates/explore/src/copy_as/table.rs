//! A struct as a table in Markdown.

use super::behind;
use btf::layout::struct_layout;
use btf::print::show::text::{Declared, declared};
use btf::{Btf, TypeId};
use std::fmt::Write;

/// Members with offsets, sizes, and the holes between them.
pub fn markdown(btf: &Btf, id: TypeId) -> Result<String, String> {
    let name = btf.name(id);
    let id = behind(btf, id);
    let Some(layout) = struct_layout(btf, id) else {
        return Err(format!(
            "{name} is no struct and no union: a table has a row for each member"
        ));
    };
    let word = if layout.is_union { "union" } else { "struct" };
    let mut text = format!(
        "### `{word} {name}`, {} bytes\n\n| offset | size | member |\n|--:|--:|---|\n",
        layout.size
    );
    for row in &layout.rows {
        if row.hole > 0 {
            let start = row.offset.saturating_sub(row.hole);
            let _ = writeln!(text, "| {start} | {} | *hole* |", row.hole);
        }
        let indent = "&nbsp;".repeat(row.depth.min(16) * 2);
        let (offset, size) = match row.bits {
            Some((bit, width)) => (format!("{}:{bit}", row.offset), format!("{width} bits")),
            None => (row.offset.to_string(), row.size.to_string()),
        };
        let name = btf.str(row.name);
        let Declared { left, right } = declared(btf, row.ty, &name, row.flexible);
        let space = if left.ends_with('*') { "" } else { " " };
        let text_of = format!("{left}{space}{right}").replace('|', "\\|");
        let _ = writeln!(text, "| {offset} | {size} | {indent}`{}` |", text_of.trim());
    }
    if layout.holes.padding > 0 {
        let start = layout.size.saturating_sub(layout.holes.padding);
        let _ = writeln!(text, "| {start} | {} | *padding* |", layout.holes.padding);
    }
    Ok(text)
}
