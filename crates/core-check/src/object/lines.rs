//! Source lines of instructions.

use btf::{Btf, BtfExt, StringOffset};
use rustc_hash::FxHashMap;

/// The line from an instruction on, up to the next one's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub section: u32,
    pub instruction: u32,
    pub file: StringOffset,
    pub text: StringOffset,
    pub number: u32,
}

/// The lines in the order of sections and instructions. `sections` has the indexes of sections by name.
pub(crate) fn read(btf: &Btf, ext: &BtfExt, sections: &FxHashMap<&[u8], u32>) -> Vec<Line> {
    let mut lines: Vec<Line> = ext
        .lines()
        .filter_map(|line| {
            let section = *sections.get(btf.string(line.section)?)?;
            Some(Line {
                section,
                instruction: line.instruction / 8,
                file: line.file,
                text: line.text,
                number: line.line,
            })
        })
        .collect();
    lines.sort_by_key(|line| (line.section, line.instruction));
    lines
}

/// The line of an instruction of a section.
pub(crate) fn find(lines: &[Line], section: u32, instruction: u32) -> Option<Line> {
    let after =
        lines.partition_point(|line| (line.section, line.instruction) <= (section, instruction));
    let line = *lines.get(after.checked_sub(1)?)?;
    (line.section == section).then_some(line)
}
