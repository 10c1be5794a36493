//! A text as a QR code.

use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;
use yew::prelude::*;

/// Light modules around a code, which scanners need.
const QUIET: usize = 4;

/// The code as a drawing; nothing if the text is too long for one.
pub fn view(text: &str, label: &str) -> Html {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
        return Html::default();
    };
    let width = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (at % width + QUIET, at / width + QUIET);
            // Writing into a string does not fail.
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    let side = width + 2 * QUIET;
    html! {
        <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" aria-label={label.to_owned()} shape-rendering="crispEdges">
            <path d={path} /></svg>
    }
}
