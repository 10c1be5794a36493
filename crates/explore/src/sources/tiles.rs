//! A folder as a treemap: rectangles whose areas are amounts.

use super::area::{Area, AreaPart, AreaPartKind};
use super::tree::Measured;
use streemap::Rect;

/// A rectangle of a treemap, in the units of the whole picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile<'a> {
    /// The folder, unit, or sum that it shows.
    pub part: &'a AreaPart,
    /// The folder that contains it, if that is drawn too.
    pub within: Option<&'a AreaPart>,
    /// Distance from the left.
    pub x: f64,
    /// Distance from the top.
    pub y: f64,
    /// Extent to the right.
    pub width: f64,
    /// Extent downwards.
    pub height: f64,
}

/// Height of a folder's title within its rectangle.
pub const TITLE: f64 = 18.0;
/// Distance between a folder's edge and its parts.
const GAP: f64 = 2.0;
/// Folders smaller than this are drawn without their parts.
const OPENED: (f64, f64) = (56.0, 44.0);
/// Parts smaller than this are not drawn: nobody could see or click them.
const SEEN: f64 = 2.0;

/// The rectangles of a folder's parts, each folder followed by its own parts.
pub fn tiles(area: &Area, measured: Measured, width: f64, height: f64) -> Vec<Tile<'_>> {
    let mut all = Vec::new();
    for (part, rect) in laid_out(&area.parts, measured, rect(0.0, 0.0, width, height)) {
        all.push(tile(part, None, rect));
        if part.kind != AreaPartKind::Folder || rect.w < OPENED.0 || rect.h < OPENED.1 {
            continue;
        }
        let inner = self::rect(
            rect.x + GAP,
            rect.y + TITLE,
            rect.w - 2.0 * GAP,
            rect.h - TITLE - GAP,
        );
        for (own, rect) in laid_out(&part.parts, measured, inner) {
            all.push(tile(own, Some(part), rect));
        }
    }
    all
}

fn rect(x: f64, y: f64, w: f64, h: f64) -> Rect<f64> {
    Rect { x, y, w, h }
}

fn tile<'a>(part: &'a AreaPart, within: Option<&'a AreaPart>, rect: Rect<f64>) -> Tile<'a> {
    Tile {
        part,
        within,
        x: rect.x,
        y: rect.y,
        width: rect.w,
        height: rect.h,
    }
}

fn laid_out(
    parts: &[AreaPart],
    measured: Measured,
    whole: Rect<f64>,
) -> Vec<(&AreaPart, Rect<f64>)> {
    let amount = |part: &AreaPart| measured.of(part.before, part.after);
    let mut items: Vec<(&AreaPart, Rect<f64>)> = parts
        .iter()
        .filter(|part| amount(part) > 0)
        .map(|part| (part, rect(0.0, 0.0, 0.0, 0.0)))
        .collect();
    // The layout wants the largest first.
    items.sort_by_key(|(part, _)| std::cmp::Reverse(amount(part)));
    if items.is_empty() || whole.w <= 0.0 || whole.h <= 0.0 {
        return Vec::new();
    }
    streemap::squarify(
        whole,
        &mut items,
        |(part, _)| amount(part) as f64,
        |(_, there), rect| *there = rect,
    );
    items.retain(|(_, rect)| rect.w >= SEEN && rect.h >= SEEN);
    items
}
