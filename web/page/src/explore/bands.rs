//! The bytes of a struct in one of two files, with a band below each member that changed.
//!
//! The band tells the change by its pattern as well as by its colour; the blocks keep the colours of their kinds.

use super::memory::{self, Choice};
use super::offsets::{Offset, Offsets};
use explore::Picture;
use explore::changes::{MemberChange, MemberRow, MemberVersion};
use std::ops::Range;
use yew::prelude::*;

/// Larger structs show only rows in which a member is new, removed, or of another type.
const WHOLE_ROWS: u64 = 16;
/// How many rows are drawn of those.
const MOST_ROWS: usize = 12;

/// The file a picture is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    First,
    Second,
}

impl Side {
    /// The member as this file has it.
    pub fn of(self, row: &MemberRow) -> Option<&MemberVersion> {
        match self {
            Side::First => row.left.as_ref(),
            Side::Second => row.right.as_ref(),
        }
    }
}

/// The bytes of a member.
fn bytes(version: &MemberVersion) -> Range<u64> {
    match version.bits {
        Some((bit, width)) => {
            version.offset + bit / 8..version.offset + (bit + width.max(1)).div_ceil(8)
        }
        None => version.offset..version.offset.saturating_add(version.size),
    }
}

/// How strong a change is; a byte that several members share has the strongest.
fn strength(change: MemberChange) -> u8 {
    match change {
        MemberChange::Same => 0,
        MemberChange::Moved => 1,
        MemberChange::New | MemberChange::Gone => 2,
        MemberChange::Type => 3,
    }
}

/// The class of a change, in bands and in the legend.
pub fn class(change: MemberChange) -> &'static str {
    match change {
        MemberChange::Same => "",
        MemberChange::Moved => "b-moved",
        MemberChange::New => "b-new",
        MemberChange::Gone => "b-gone",
        MemberChange::Type => "b-type",
    }
}

/// Draws one side. `current` is the member that is looked at.
pub fn view(
    picture: &Picture,
    rows: &[MemberRow],
    side: Side,
    width: u64,
    current: Option<&MemberRow>,
) -> Html {
    let size = picture
        .blocks
        .last()
        .map_or(0, |block| block.end.min(picture.size));
    let mut marks = vec![MemberChange::Same; usize::try_from(size).unwrap_or_default()];
    for row in rows {
        let Some(version) = side.of(row) else {
            continue;
        };
        let Range { start, end } = bytes(version);
        let (start, end) = (start.min(size) as usize, end.min(size) as usize);
        for mark in marks.get_mut(start..end).unwrap_or_default() {
            if strength(row.change) > strength(*mark) {
                *mark = row.change;
            }
        }
    }
    let here = current.and_then(|row| side.of(row)).map(bytes);
    let all = size.div_ceil(width);
    let shown = |row: &u64| {
        let (start, end) = (row * width, (row + 1) * width);
        let marks = marks
            .get(start as usize..end.min(size) as usize)
            .unwrap_or_default();
        all <= WHOLE_ROWS * 64 / width
            || marks.iter().any(|mark| strength(*mark) > 1)
            || here
                .as_ref()
                .is_some_and(|here| here.start < end && here.end > start)
    };
    let wanted: Vec<u64> = (0..all).filter(shown).collect();
    // The member that is looked at is always drawn.
    let at = here.as_ref().map_or(0, |here| here.start / width);
    let from = wanted.partition_point(|row| *row < at);
    let most = MOST_ROWS.max((WHOLE_ROWS * 64 / width) as usize);
    let from = from
        .saturating_sub(most / 2)
        .min(wanted.len().saturating_sub(most));
    let drawn: Vec<u64> = wanted.iter().skip(from).take(most).copied().collect();
    let mut lines = Vec::new();
    let mut next = 0;
    for &row in &drawn {
        lines.extend(left_out(next, row, width));
        let (start, end) = (row * width, ((row + 1) * width).min(size));
        lines.push(line(picture, &marks, start, end, width, here.as_ref()));
        next = row + 1;
    }
    lines.extend(left_out(next, all, width));
    html! { <ol class="lay" aria-hidden="true">{ for lines }</ol> }
}

/// Stands for rows that are not drawn.
fn left_out(from: u64, to: u64, width: u64) -> Option<Html> {
    let text = format!(
        "⋯ bytes {}–{}",
        from * width,
        (to * width).saturating_sub(1)
    );
    (from < to).then(|| html! { <li class="lr more"><span></span><span>{ text }</span></li> })
}

fn line(
    picture: &Picture,
    marks: &[MemberChange],
    start: u64,
    end: u64,
    width: u64,
    here: Option<&Range<u64>>,
) -> Html {
    let none = Choice {
        chosen: None,
        choose: Callback::noop(),
    };
    let decimal = Offsets::decimal();
    let percent = |bytes: u64| format!("{}%", bytes as f64 * 100.0 / width as f64);
    let first = picture.blocks.partition_point(|block| block.end <= start);
    let blocks = picture.blocks.iter().skip(first);
    let blocks = blocks.take_while(|block| block.start < end);
    let mut bands = Vec::new();
    let mut at = start;
    let marks = marks.get(start as usize..end as usize).unwrap_or_default();
    for run in marks.chunk_by(|a, b| a == b) {
        let to = at + run.len() as u64;
        if let Some(mark) = run.first().filter(|mark| **mark != MemberChange::Same) {
            bands.push(html! { <line class={classes!("band", class(*mark))} x1={percent(at - start)} x2={percent(to - start)} y1="88%" y2="88%" /> });
        }
        at = to;
    }
    let ring = here.filter(|here| here.start < end && here.end > start);
    let ring = ring.map(|here| (here.start.max(start), here.end.min(end)));
    html! {
        <li class="lr"><u><Offset at={start} /></u>
            <svg class="lg">
                { for blocks.map(|block| memory::part(block, (start, end), width, &none, &decimal)) }
                { for bands }
                if let Some((from, to)) = ring { <rect class="ring" x={percent(from - start)} width={percent(to - from)} height="100%" /> }
            </svg></li>
    }
}
