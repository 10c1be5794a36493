//! One type in two files: both layouts, and what became of each member.

use super::bands::{self, Side};
use super::offsets::Offset;
use super::parts::InParts;
use super::{chip, code, place};
use crate::browser::window;
use explore::Card;
use explore::changes::{
    ChangeCard, Difference, MemberChange, MemberCounts, MemberRow, MemberVersion,
};
use protocol::figures::grouped;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Pixels under which pictures have 16 bytes a row.
const NARROW: f64 = 768.0;

/// Whether the window is narrow.
pub fn is_narrow() -> bool {
    let width = window().inner_width().ok().and_then(|width| width.as_f64());
    width.is_some_and(|width| width < NARROW)
}

/// A size that changed: `+64`, `−8`, nothing where it is the same.
pub fn size(size: (Option<u64>, Option<u64>)) -> String {
    match size {
        (Some(a), Some(b)) if b > a => format!("+{}", grouped(b - a)),
        (Some(a), Some(b)) if a > b => format!("−{}", grouped(a - b)),
        (None, Some(size)) | (Some(size), None) => grouped(size),
        _ => String::new(),
    }
}

/// A type in both files, and how it is looked at.
pub struct ShownChange {
    card: Rc<ChangeCard>,
    /// Whether members that are the same are shown too.
    unchanged: bool,
    /// The number of the change that is looked at, from 0.
    current: usize,
    /// The rows of members that are shown.
    rows: Rc<Vec<Shown>>,
}

/// A row of the table of members.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    /// A member, and which change it is.
    Member(usize, Option<usize>),
    /// Members that are the same, in one line.
    Folded(Range<usize>),
}

impl ShownChange {
    /// Of an answer.
    pub fn new(card: ChangeCard) -> ShownChange {
        let mut shown = ShownChange {
            card: Rc::new(card),
            unchanged: false,
            current: 0,
            rows: Rc::default(),
        };
        shown.arrange();
        shown
    }

    fn members(&self) -> &[MemberRow] {
        match &self.card.difference {
            Some(Difference::Members(rows)) => rows,
            _ => &[],
        }
    }

    /// Works out which rows are shown.
    fn arrange(&mut self) {
        let (mut rows, mut change, mut at) = (Vec::new(), 0, 0);
        let same = |row: &MemberRow| row.change == MemberChange::Same;
        for run in self.members().chunk_by(|a, b| same(a) == same(b)) {
            let range = at..at + run.len();
            at = range.end;
            match run.first() {
                Some(first) if same(first) && !self.unchanged => rows.push(Shown::Folded(range)),
                Some(first) if same(first) => {
                    rows.extend(range.map(|row| Shown::Member(row, None)))
                }
                _ => rows.extend(range.map(|row| {
                    change += 1;
                    Shown::Member(row, Some(change - 1))
                })),
            }
        }
        self.rows = Rc::new(rows);
    }

    /// How many changes there are to go through.
    fn changes(&self) -> usize {
        let changed = |row: &&MemberRow| row.change != MemberChange::Same;
        self.members().iter().filter(changed).count()
    }

    /// Shows members that are the same, or folds them.
    pub fn toggle_unchanged(&mut self) {
        self.unchanged = !self.unchanged;
        self.arrange();
    }

    /// Goes to the next change or the one before, round the ends. Returns the id of its row.
    pub fn step(&mut self, forwards: bool) -> Option<String> {
        let last = self.changes().checked_sub(1)?;
        self.current = match forwards {
            true if self.current >= last => 0,
            true => self.current + 1,
            false => self.current.checked_sub(1).unwrap_or(last),
        };
        Some(row_id(self.current))
    }

    /// The member that is looked at, and where it stands among the rows that are shown.
    fn looked_at(&self) -> Option<(usize, &MemberRow)> {
        let shown = self.rows.iter().enumerate();
        let mut found = shown.filter_map(|(at, shown)| match shown {
            Shown::Member(row, Some(change)) if *change == self.current => {
                Some((at, self.members().get(*row)?))
            }
            _ => None,
        });
        found.next()
    }
}

/// The id of the row of a change.
fn row_id(change: usize) -> String {
    format!("change-{change}")
}

/// What the buttons above the table do.
#[derive(Clone, PartialEq)]
pub struct Actions {
    /// To the next change, or the one before.
    pub step: Callback<bool>,
    /// Unchanged members, or not.
    pub unchanged: Callback<()>,
}

/// What changed, in a sentence: counts first.
fn summary(card: &ChangeCard) -> String {
    let size = match (&card.left, &card.right) {
        (Some(Card { size: Some(a), .. }), Some(Card { size: Some(b), .. })) if a == b => {
            format!(" Size: {} bytes in both.", grouped(*a))
        }
        (Some(Card { size: Some(a), .. }), Some(Card { size: Some(b), .. })) => {
            format!(" Size: {} → {} bytes.", grouped(*a), grouped(*b))
        }
        _ => String::new(),
    };
    let number = |count: usize| grouped(count as u64);
    // What did not happen is not listed.
    let listed = |counts: &[(usize, &str)]| {
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts
            .map(|(count, what)| format!("{} {what}", number(*count)))
            .collect();
        match counts.is_empty() {
            true => "No changes".to_owned(),
            false => counts.join(", "),
        }
    };
    match &card.difference {
        Some(Difference::Members(rows)) => {
            let counts = MemberCounts::of(rows);
            let changes = listed(&[
                (counts.new, "new"),
                (counts.removed, "removed"),
                (counts.moved, "moved"),
                (counts.retyped, "type changed"),
            ]);
            format!(
                "{changes}; {} of {} members are the same.{size}",
                number(counts.same),
                number(rows.len())
            )
        }
        Some(Difference::Values(values)) => {
            let count = |of: fn(Option<i128>, Option<i128>) -> bool| {
                values.iter().filter(|(_, a, b)| of(*a, *b)).count()
            };
            let changes = listed(&[
                (count(|a, _| a.is_none()), "new"),
                (count(|_, b| b.is_none()), "removed"),
                (
                    count(|a, b| a.is_some() && b.is_some()),
                    "with another value",
                ),
            ]);
            format!("{changes}.{size}")
        }
        _ => size.trim_start().to_owned(),
    }
}

pub fn view(
    shown: &ShownChange,
    first: &str,
    second: &str,
    result: Option<Side>,
    narrow: bool,
    actions: &Actions,
) -> Html {
    let card = &shown.card;
    let of_result = match result {
        Some(Side::First) => card.left.as_ref().map(|card| (card, first)),
        Some(Side::Second) => card.right.as_ref().map(|card| (card, second)),
        None => None,
    };
    let said = match (&card.left, &card.right, &card.difference) {
        (Some(_), None, _) => format!("Removed: not in {second}."),
        (None, Some(_), _) => format!("New: not in {first}."),
        (.., None) => "Identical in both.".to_owned(),
        _ => summary(card),
    };
    let kind = card
        .right
        .as_ref()
        .or(card.left.as_ref())
        .map(|card| card.kind);
    html! {
        <article aria-labelledby="title">
            <header class="type-head">
                <a class="back only-narrow" href="#/compare">{ "All changes" }</a>
                <h1 id="title" tabindex="-1">{ for kind.map(chip::swatch) }{ &card.title }</h1>
                <p class="sub" role="status">{ said }</p>
                if let Some((card, file)) = of_result { <p><a href={place::href(&card.address)}>{ format!("Open in {file}") }</a></p> }
            </header>
            <div class="change">
                { match &card.difference {
                    Some(Difference::Members(_)) => members(shown, first, second, narrow, actions),
                    Some(Difference::Values(values)) => values_table(card, values.len(), first, second),
                    Some(Difference::Declaration(..)) => html! { <div class="sides">{ side(card.left.as_ref(), first) }{ side(card.right.as_ref(), second) }</div> },
                    None => side(card.right.as_ref().or(card.left.as_ref()), if card.right.is_some() { second } else { first }),
                } }
            </div>
        </article>
    }
}

/// A definition as it is in one file.
fn side(card: Option<&Card>, file: &str) -> Html {
    let Some(card) = card else {
        return Html::default();
    };
    html! {
        <section><h2 class="mono">{ file }</h2>
            <pre class="code" tabindex="0">{ for card.lines.iter().map(|line| html! { <>{ code::words(line) }{ "\n" }</> }) }</pre></section>
    }
}

fn members(
    shown: &ShownChange,
    first: &str,
    second: &str,
    narrow: bool,
    actions: &Actions,
) -> Html {
    let card = &shown.card;
    let width = if narrow { 16 } else { 64 };
    let looked_at = shown.looked_at();
    let member = looked_at.map(|(_, member)| member);
    let side = |card: Option<&Card>, side: Side, file: &str| {
        let memory = card.and_then(|card| card.memory.as_ref());
        html! {
            <section><h2><span class="mono">{ file }</span>
                if let Some(memory) = memory { <span class="dim small">{ format!(" {} bytes unused", grouped(memory.hole_bytes + memory.padding)) }</span> }</h2>
                { for memory.iter().map(|memory| bands::view(&memory.picture, shown.members(), side, width, member)) }</section>
        }
    };
    let draw = {
        let (card, rows, current) = (card.clone(), shown.rows.clone(), shown.current);
        Callback::from(move |range: Range<usize>| {
            let Some(Difference::Members(members)) = &card.difference else {
                return Html::default();
            };
            let rows = rows.get(range).unwrap_or_default().iter();
            html! { <>{ for rows.map(|row| shown_row(row, members, current)) }</> }
        })
    };
    // Folded or not, it is other content.
    let of = Rc::as_ptr(&shown.rows) as usize;
    let reach = looked_at.map_or(0, |(at, _)| at);
    let total = shown.rows.len();
    html! {
        <>
            <div class="sides">{ side(card.left.as_ref(), Side::First, first) }{ side(card.right.as_ref(), Side::Second, second) }</div>
            { change_bar(shown, actions) }
            <table class="df" aria-label="Members in both files">
                <thead><tr><th class="num">{ "Offset" }</th><th>{ first }</th><th><span class="vh">{ "Change" }</span></th><th class="num">{ "Offset" }</th><th>{ second }</th></tr></thead>
                <tbody><InParts {of} {total} {reach} {draw} /></tbody>
            </table>
        </>
    }
}

/// The buttons that go through the changes, and what the signs mean.
fn change_bar(shown: &ShownChange, actions: &Actions) -> Html {
    let changes = shown.changes();
    let step = |forwards: bool| {
        let step = actions.step.clone();
        Callback::from(move |_: MouseEvent| step.emit(forwards))
    };
    let unchanged = actions.unchanged.reform(|_: Event| ());
    let legend = [
        (MemberChange::New, "new"),
        (MemberChange::Gone, "removed"),
        (MemberChange::Type, "type changed"),
        (MemberChange::Moved, "moved"),
    ];
    html! {
        <div class="change-bar">
            if changes > 0 {
                <span class="steps">
                    <button type="button" class="btn btn--icon" aria-label="Previous change" title="Previous change (p)" onclick={step(false)}>{ "↑" }</button>
                    <button type="button" class="btn btn--icon" aria-label="Next change" title="Next change (n)" onclick={step(true)}>{ "↓" }</button>
                </span>
                <span role="status">{ "Change " }<b>{ grouped(shown.current as u64 + 1) }</b>{ format!(" of {}", grouped(changes as u64)) }</span>
            }
            <label title="u"><input type="checkbox" checked={shown.unchanged} onchange={unchanged} />{ " Show unchanged members" }</label>
            <p class="key2 signs">{ for legend.map(|(of, word)| html! {
                <span><b class="mono">{ sign(of) }</b><svg class="swatch" aria-hidden="true"><line class={classes!("band", bands::class(of))} x1="0" x2="100%" y1="50%" y2="50%" /></svg>{ word }</span>
            }) }</p>
        </div>
    }
}

fn shown_row(row: &Shown, members: &[MemberRow], current: usize) -> Html {
    match row {
        Shown::Member(row, change) => match members.get(*row) {
            Some(row) => member(row, *change, current),
            None => Html::default(),
        },
        Shown::Folded(range) => {
            let name = |at: usize| members.get(at).map_or("", |row| row.name.as_str());
            let (first, last) = (name(range.start), name(range.end.saturating_sub(1)));
            let text = match range.len() {
                1 => format!("⋯ 1 member unchanged: {first}"),
                count => format!(
                    "⋯ {} members unchanged: {first} … {last}",
                    grouped(count as u64)
                ),
            };
            html! { <tr class="fold"><td></td><td class="c" colspan="4">{ text }</td></tr> }
        }
    }
}

fn sign(change: MemberChange) -> &'static str {
    match change {
        MemberChange::Same => "",
        MemberChange::New => "+",
        MemberChange::Gone => "−",
        MemberChange::Type => "≠",
        MemberChange::Moved => "↓",
    }
}

fn member(row: &MemberRow, change: Option<usize>, current: usize) -> Html {
    let is_current = change == Some(current);
    let (class, word) = match row.change {
        MemberChange::Same => ("same", "the same"),
        MemberChange::New => ("new", "new"),
        MemberChange::Gone => ("gone", "removed"),
        MemberChange::Type => ("chg", "type changed"),
        MemberChange::Moved => ("moved", "moved"),
    };
    let at = |version: &Option<MemberVersion>| match version {
        Some(version) => {
            html! { <Offset at={version.offset} bit={version.bits.map(|(bit, _)| bit)} /> }
        }
        None => Html::default(),
    };
    let text = |version: &Option<MemberVersion>| {
        version
            .as_ref()
            .map_or_else(String::new, |version| version.text.clone())
    };
    html! {
        <tr id={change.map(row_id)} class={classes!(class, is_current.then_some("current"))} aria-current={is_current.then_some("true")}><td class="g">{ at(&row.left) }</td><td class="c">{ text(&row.left) }</td>
            <td class="mk"><span aria-hidden="true">{ sign(row.change) }</span><span class="vh">{ word }</span></td>
            <td class="g">{ at(&row.right) }</td><td class="c">{ text(&row.right) }</td></tr>
    }
}

fn values_table(card: &Rc<ChangeCard>, total: usize, first: &str, second: &str) -> Html {
    let draw = {
        let card = card.clone();
        Callback::from(move |range: Range<usize>| match &card.difference {
            Some(Difference::Values(values)) => {
                html! { <>{ for values.get(range).unwrap_or_default().iter().map(value) }</> }
            }
            _ => Html::default(),
        })
    };
    html! {
        <table class="df values" aria-label="Values in both files">
            <thead><tr><th><span class="vh">{ "Change" }</span></th><th>{ "Value" }</th><th class="num">{ first }</th><th class="num">{ second }</th></tr></thead>
            <tbody><InParts of={Rc::as_ptr(card) as usize} {total} {draw} /></tbody>
        </table>
    }
}

fn value((name, a, b): &(String, Option<i128>, Option<i128>)) -> Html {
    let shown = |value: &Option<i128>| value.map_or_else(String::new, |value| value.to_string());
    let (class, sign) = match (a, b) {
        (None, _) => ("new", "+"),
        (_, None) => ("gone", "−"),
        _ => ("chg", "≠"),
    };
    html! { <tr class={class}><td class="mk">{ sign }</td><td class="c">{ name }</td><td class="num">{ shown(a) }</td><td class="num">{ shown(b) }</td></tr> }
}
