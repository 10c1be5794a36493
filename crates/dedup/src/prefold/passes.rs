//! The order in which types are read: one pass finds the runs and the nodes of their types.

use super::Unfit;
use super::cuts::{CutFinder, Cuts};
use super::nodes::NodeFinder;
use super::source::{Places, Run, Types};
use super::type_nodes::TypeNodes;

/// How many words are looked at at once.
const PIECE: usize = 1 << 15;

/// Finds the runs, and the nodes of their types. Names have offsets below `names`.
pub(super) fn nodes(types: &mut dyn Types, names: u32) -> Result<(Cuts, TypeNodes), Unfit> {
    // A kernel's types have ten words each. What is too much is never touched.
    let new_finder = |types: &dyn Types| NodeFinder::new(names, types.count() / 8);
    let (mut cuts, mut finder) = (CutFinder::new(sure(types.count())), new_finder(types));
    let mut places = Places::default();
    for_each_piece(types, &mut cuts, |cuts, words, first| {
        while let Some(region) = cuts.next_run() {
            let own = region.words.start - first..region.words.end - first;
            let words = words.get(own).ok_or(Unfit::Damaged)?;
            finder.add(&Run::at(&region, words, cuts.places(&region))?)?;
        }
        Ok(())
    })?;
    let given = cuts.given();
    let cuts = cuts.finish()?;
    if given.is_none() {
        finder = new_finder(types);
    }
    for region in cuts.runs().skip(given.unwrap_or(0)) {
        let words = types.words(region.words.clone()).ok_or(Unfit::Damaged)?;
        finder.add(&Run::of(&region, words, &mut places)?)?;
    }
    let found = finder.finish(cuts.end())?;
    Ok((cuts, found))
}

/// Adds all types to `cuts`, piece by piece. After each piece `f` gets the words of the runs that it may take, and the number of
/// the first.
fn for_each_piece(
    types: &mut dyn Types,
    cuts: &mut CutFinder,
    mut f: impl FnMut(&mut CutFinder, &[u32], usize) -> Result<(), Unfit>,
) -> Result<(), Unfit> {
    let count = types.count();
    let mut size = PIECE;
    loop {
        let (first, from) = (cuts.open_word(), cuts.next_word());
        let end = from.saturating_add(size).min(count);
        let words = types.words(first..end).ok_or(Unfit::Damaged)?;
        let new = words.get(from - first..).unwrap_or_default();
        cuts.add_all(new, end == count)?;
        f(cuts, words, first)?;
        if end == count {
            return Ok(());
        }
        // One type, or what may be the end of all, can be longer than a piece.
        size = match cuts.next_word() == from {
            true => size.saturating_mul(2),
            false => PIECE,
        };
    }
}

/// How many types back references of a unit lead at most, as a rule: some 5,000 in a kernel, fewer where all types take fewer words.
fn sure(words: usize) -> u32 {
    const MOST: u32 = 1 << 14;
    u32::try_from(words / 256).map_or(MOST, |types| types.clamp(16, MOST))
}
