//! Offsets and sizes in bytes, in decimal or hexadecimal, as the reader wants them everywhere.

use protocol::figures::grouped;
use yew::prelude::*;

/// How offsets are written, and what changes it. Provided to the whole page as a context.
#[derive(Clone, Debug, PartialEq)]
pub struct Offsets {
    /// In hexadecimal.
    pub hex: bool,
    /// Writes them the other way.
    pub toggle: Callback<()>,
}

impl Offsets {
    /// Where nothing provides them.
    pub fn decimal() -> Offsets {
        Offsets {
            hex: false,
            toggle: Callback::noop(),
        }
    }

    /// An offset, as it stands in a table or a picture.
    pub fn text(&self, offset: u64) -> String {
        match self.hex {
            true => format!("{offset:#x}"),
            false => offset.to_string(),
        }
    }

    /// A size beside such offsets.
    pub fn size(&self, bytes: u64) -> String {
        match self.hex {
            true => format!("{bytes:#x}"),
            false => grouped(bytes),
        }
    }
}

/// How offsets are written here.
#[hook]
pub fn use_offsets() -> Offsets {
    use_context::<Offsets>().unwrap_or_else(Offsets::decimal)
}

#[derive(Clone, PartialEq, Properties)]
pub struct OffsetProps {
    /// Bytes.
    pub at: u64,
    /// The bit behind them, for a bitfield.
    #[prop_or_default]
    pub bit: Option<u64>,
}

/// An offset as text.
#[component]
pub fn Offset(props: &OffsetProps) -> Html {
    let text = use_offsets().text(props.at);
    match props.bit {
        Some(bit) => html! { { format!("{text}:{bit}") } },
        None => html! { { text } },
    }
}

/// The heading of a column of offsets, with the switch.
#[component]
pub fn OffsetHead() -> Html {
    let Offsets { hex, toggle } = use_offsets();
    let onclick = toggle.reform(|event: MouseEvent| event.stop_propagation());
    html! {
        <th class="num"><button type="button" class="sort" aria-pressed={hex.to_string()} aria-label="Offset, hexadecimal"
            title={if hex { "Show offsets in decimal" } else { "Show offsets in hexadecimal" }} {onclick}>{ if hex { "Offset, hex" } else { "Offset" } }</button></th>
    }
}
