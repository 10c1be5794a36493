//! The bytes of a struct as a picture, one cache line in each row.

use super::chip;
use super::offsets::{Offsets, use_offsets};
use super::parts::InParts;
use explore::{BitField, Block, Filling, Picture};
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// How many rows are drawn; a block that fills many rows alone is shortened.
const MOST_ROWS: usize = 300;

/// The chosen member, and how to choose another.
#[derive(Clone, PartialEq)]
pub struct Choice {
    /// The row of the layout that is chosen.
    pub chosen: Option<u32>,
    /// Chooses another row.
    pub choose: Callback<Option<u32>>,
}

impl Choice {
    /// The choice as rows `first` to `last` see it, so that those that have no part in it stay as they are drawn.
    pub fn within(&self, first: u32, last: u32) -> Choice {
        Choice {
            chosen: self.chosen.filter(|row| (first..=last).contains(row)),
            choose: self.choose.clone(),
        }
    }
}

/// The picture with its legend and the bitfields, `width` bytes a row.
pub fn view(picture: &Rc<Picture>, width: u64, choice: &Choice) -> Html {
    html! { <>{ blocks(picture, width, choice) }{ legend(picture) }<Bits picture={picture.clone()} choice={choice.clone()} /></> }
}

/// A row of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Drawn {
    /// The bytes from the first to before the second.
    Bytes(u64, u64),
    /// Stands for so many rows that look like the one before.
    Same(u64),
}

/// The rows, and whether some were left out at the end.
fn rows(picture: &Picture, width: u64) -> (Vec<Drawn>, bool) {
    let all = picture.size.div_ceil(width);
    let mut drawn = Vec::new();
    let mut at = 0;
    while at < all && drawn.len() < MOST_ROWS {
        let (start, end) = (at * width, ((at + 1) * width).min(picture.size));
        drawn.push(Drawn::Bytes(start, end));
        at += 1;
        // Rows that one block fills alone look alike.
        let alone = picture
            .blocks
            .iter()
            .find(|block| block.start <= start && block.end >= end + 3 * width);
        if let Some(block) = alone {
            let last = block.end / width - 1;
            drawn.push(Drawn::Same(last - at));
            at = last;
        }
    }
    (drawn, at < all || picture.cut)
}

/// The bytes alone.
pub fn blocks(picture: &Rc<Picture>, width: u64, choice: &Choice) -> Html {
    let (rows, is_cut) = rows(picture, width);
    let total = rows.len();
    let of = Rc::as_ptr(picture) as usize;
    let draw = {
        let (picture, choice) = (picture.clone(), choice.clone());
        Callback::from(move |range: Range<usize>| {
            let rows = rows.get(range).unwrap_or_default().to_vec();
            let choice = within(&picture, &rows, &choice);
            html! { <Rows picture={picture.clone()} {rows} {width} {choice} /> }
        })
    };
    html! {
        <ol class="lay" aria-hidden="true">
            <Ruler {width} />
            <InParts {of} {total} {draw} />
            if is_cut {
                <li class="lr more"><span></span><span>{ "… the table lists the rest" }</span></li>
            }
        </ol>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct RulerProps {
    width: u64,
}

/// Every eighth byte of a row.
#[component]
fn Ruler(props: &RulerProps) -> Html {
    let offsets = use_offsets();
    let ticks = (0..props.width / 8).map(|tick| html! { <i>{ offsets.text(tick * 8) }</i> });
    html! { <li class="lr ruler"><u></u><span class="ticks">{ for ticks }</span></li> }
}

/// The choice as these rows see it.
fn within(picture: &Picture, rows: &[Drawn], choice: &Choice) -> Choice {
    let mut bytes = rows.iter().filter_map(|row| match row {
        Drawn::Bytes(start, end) => Some((*start, *end)),
        Drawn::Same(_) => None,
    });
    let first = bytes.next();
    let last = bytes.next_back().or(first);
    let (Some((start, _)), Some((_, end))) = (first, last) else {
        return choice.within(1, 0);
    };
    let here = picture
        .blocks
        .iter()
        .filter(|block| block.end > start && block.start < end);
    let chosen = here.filter_map(|block| match &block.filling {
        Filling::Member { row, .. } => Some((*row, *row)),
        Filling::Bits { first, last } => Some((*first, *last)),
        _ => None,
    });
    let span = chosen.reduce(|(a, b), (c, d)| (a.min(c), b.max(d)));
    let (first, last) = span.unwrap_or((1, 0));
    choice.within(first, last)
}

/// Some rows of a picture.
#[derive(Clone, Properties)]
struct RowsProps {
    picture: Rc<Picture>,
    rows: Vec<Drawn>,
    width: u64,
    choice: Choice,
}

impl PartialEq for RowsProps {
    fn eq(&self, other: &RowsProps) -> bool {
        Rc::ptr_eq(&self.picture, &other.picture)
            && (&self.rows, self.width, &self.choice) == (&other.rows, other.width, &other.choice)
    }
}

#[component]
fn Rows(props: &RowsProps) -> Html {
    let RowsProps {
        picture,
        rows,
        width,
        choice,
    } = props;
    let offsets = use_offsets();
    html! { <>{ for rows.iter().map(|drawn| match *drawn {
        Drawn::Bytes(start, end) => row(picture, start, end, *width, choice, &offsets),
        Drawn::Same(skipped) => html! {
            <li class="lr more"><span></span><span>{ format!("… {skipped} more rows of the same …") }</span></li>
        },
    }) }</> }
}

fn row(
    picture: &Picture,
    start: u64,
    end: u64,
    width: u64,
    choice: &Choice,
    offsets: &Offsets,
) -> Html {
    let first = picture.blocks.partition_point(|block| block.end <= start);
    let blocks = picture.blocks.iter().skip(first);
    let here = blocks.take_while(|block| block.start < end);
    html! {
        <li class="lr">
            <u>{ offsets.text(start) }</u>
            <svg class="lg">{ for here.map(|block| part(block, (start, end), width, choice, offsets)) }</svg>
        </li>
    }
}

/// The part of a block that lies in a row.
pub(super) fn part(
    block: &Block,
    (start, end): (u64, u64),
    width: u64,
    choice: &Choice,
    offsets: &Offsets,
) -> Html {
    let (from, to) = (block.start.max(start), block.end.min(end));
    let percent = |bytes: u64| format!("{}%", bytes as f64 * 100.0 / width as f64);
    let (class, label, rows) = match &block.filling {
        Filling::Member { row, name, kind } => {
            (chip::class(*kind), name.clone(), Some((*row, *row)))
        }
        Filling::Bits { first, last } => ("bits k-int", String::new(), Some((*first, *last))),
        Filling::Hole => ("hole", (block.end - block.start).to_string(), None),
        Filling::Padding => ("hole", (block.end - block.start).to_string(), None),
    };
    let begins = block.start >= start;
    let is_chosen = rows.is_some_and(|(first, last)| {
        choice
            .chosen
            .is_some_and(|chosen| (first..=last).contains(&chosen))
    });
    let choose = |row: Option<u32>| {
        let choose = choice.choose.clone();
        Callback::from(move |_: MouseEvent| choose.emit(row))
    };
    let title = format!(
        "{label}, {}–{} ({} B)",
        offsets.text(block.start),
        offsets.text(block.end - 1),
        offsets.text(block.end - block.start)
    );
    let on = choose(rows.map(|(first, _)| first));
    let class = classes!(class, is_chosen.then_some("on"));
    html! {
        <svg x={percent(from - start)} width={percent(to - from)} height="100%" class={class} onmouseover={on.clone()} onclick={on}>
            <title>{ title }</title>
            <rect class="fill" width="100%" height="100%" />
            if begins && rows.is_some() { <rect class="edge" width="2" height="100%" /> }
            if begins { { for labels(&label, (to - from) as f64 / width as f64).into_iter().map(|(class, text)|
                html! { <text x="6" y="50%" dominant-baseline="central" {class}>{ text }</text> }) } }
            if is_chosen { <rect class="ring" x="1" y="1" width="100%" height="100%" /> }
        </svg>
    }
}

/// Pixels of a character of a label, and beside a label.
const CHARACTER: f64 = 6.7;
const BESIDE: f64 = 9.0;
/// The widths of a picture, in hundreds of pixels, for which the style sheet knows classes.
const WIDTHS: std::ops::RangeInclusive<u32> = 2..=30;
/// How many letters shortened labels have, the longest first.
const SHORT: [usize; 5] = [6, 4, 2, 1, 0];

/// The name of a block that takes `share` of a row: in full where the picture is wide enough, else as much of it as
/// fits. How wide it is only the style sheet knows: `w8` shows from 800 pixels, `u8` below.
fn labels(name: &str, share: f64) -> Vec<(String, String)> {
    let from = |characters: usize| {
        let pixels = (characters as f64 * CHARACTER + BESIDE) / share.max(1e-6);
        ((pixels / 100.0).ceil() as u32).max(*WIDTHS.start())
    };
    let characters = name.chars().count();
    if characters == 0 {
        return Vec::new();
    }
    let mut until = from(characters);
    let mut labels = Vec::new();
    if WIDTHS.contains(&until) {
        labels.push((format!("w{until}"), name.to_owned()));
    }
    for letters in SHORT {
        // With the sign for what is left out.
        let short = from(letters + 1);
        if characters > letters + 1 && short < until && WIDTHS.contains(&short) {
            let text: String = name.chars().take(letters).chain(['…']).collect();
            let below = until.min(*WIDTHS.end() + 1);
            labels.push((format!("w{short} u{below}"), text));
            until = short;
        }
    }
    labels
}

fn legend(picture: &Picture) -> Html {
    let mut kinds: Vec<btf::Kind> = Vec::new();
    let (mut holes, mut bits) = (false, false);
    for block in &picture.blocks {
        match &block.filling {
            Filling::Member { kind, .. } => {
                let known = kinds
                    .iter()
                    .any(|there| chip::class(*there) == chip::class(*kind));
                if !known {
                    kinds.push(*kind);
                }
            }
            Filling::Bits { .. } => bits = true,
            Filling::Hole | Filling::Padding => holes = true,
        }
    }
    let word = |kind: btf::Kind| match chip::class(kind) {
        "k-struct" => "struct or union",
        "k-enum" => "enumeration",
        "k-int" => "number",
        "k-ptr" => "pointer or array",
        _ => "other",
    };
    html! {
        <p class="key2">
            { for kinds.into_iter().map(|kind| html! { <span>{ chip::swatch(kind) }{ word(kind) }</span> }) }
            if bits { <span><i class="solid"></i>{ "bitfields" }</span> }
            if holes { <span><i class="hx"></i>{ "unused bytes" }</span> }
        </p>
    }
}

#[derive(Clone, Properties)]
struct BitsProps {
    picture: Rc<Picture>,
    choice: Choice,
}

impl PartialEq for BitsProps {
    fn eq(&self, other: &BitsProps) -> bool {
        Rc::ptr_eq(&self.picture, &other.picture) && self.choice == other.choice
    }
}

/// The bitfields, a byte a row.
#[component]
fn Bits(props: &BitsProps) -> Html {
    let BitsProps { picture, choice } = props;
    let offsets = use_offsets();
    if picture.bits.is_empty() {
        return Html::default();
    }
    let mut bytes: Vec<(u64, Vec<&BitField>)> = Vec::new();
    for field in &picture.bits {
        let first = field.start / 8;
        let last = (field.start + field.width.max(1) - 1) / 8;
        for byte in first..=last {
            match bytes.iter_mut().find(|(there, _)| *there == byte) {
                Some((_, fields)) => fields.push(field),
                None => bytes.push((byte, vec![field])),
            }
        }
    }
    bytes.sort_by_key(|(byte, _)| *byte);
    html! {
        <section class="sec">
            <h2>{ "Bitfields " }<span>{ "one byte per row, least significant bit on the left" }</span></h2>
            <ol class="bits-rows" aria-hidden="true">
                { for bytes.iter().take(MOST_ROWS).map(|(byte, fields)| byte_row(*byte, fields, choice, &offsets)) }
            </ol>
        </section>
    }
}

fn byte_row(byte: u64, fields: &[&BitField], choice: &Choice, offsets: &Offsets) -> Html {
    let percent = |bits: u64| format!("{}%", bits as f64 * 12.5);
    let field = |field: &&BitField| {
        let from = field.start.max(byte * 8);
        let to = (field.start + field.width).min(byte * 8 + 8);
        let chosen = choice.chosen == Some(field.row);
        html! {
            <svg x={percent(from - byte * 8)} width={percent(to - from)} height="100%" class={classes!("bit", "k-int", chosen.then_some("on"))}>
                <title>{ &field.name }</title><rect class="fill" width="100%" height="100%" />
                <rect class="edge" width="1" height="100%" />
            </svg>
        }
    };
    let name = |field: &&BitField| {
        let (choose, row) = (choice.choose.clone(), field.row);
        let on = Callback::from(move |_: MouseEvent| choose.emit(Some(row)));
        let chosen = choice.chosen == Some(field.row);
        let width = match field.width {
            1 => String::new(),
            width => format!(":{width}"),
        };
        html! { <span class={chosen.then_some("on")} onmouseover={on}>{ &field.name }{ width }</span> }
    };
    html! {
        <li class="bt"><u>{ offsets.text(byte) }</u><svg class="lg">{ for fields.iter().map(field) }</svg><p>{ for fields.iter().map(name) }</p></li>
    }
}
