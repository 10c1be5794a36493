//! The types once more, with what became of each.

use super::fate::Fate;
use btf::{Btf, Error, TypeId, refs_mut};

/// Writes the own types by their fates. Also gives the new id of each own type, by its old id less the first.
pub(super) fn rewrite(btf: &Btf, fates: &[Fate]) -> Result<(Btf, Vec<TypeId>), Error> {
    let first = btf.first_id().index();
    let map = new_ids(first, fates);
    let mut rewritten = match btf.base() {
        Some(base) => Btf::split(base.clone()),
        None => Btf::new(),
    };
    rewritten.endian = btf.endian;
    rewritten.layout.clone_from(&btf.layout);
    rewritten.set_strings(btf.strings().clone());
    let mut words = Vec::new();
    for ((_, ty), fate) in btf.types().zip(fates) {
        words.clear();
        words.extend_from_slice(match fate {
            Fate::Alias(_) | Fate::Drop => continue,
            Fate::Keep => ty.words(),
            Fate::Rewrite { words, .. } => words,
        });
        for word in refs_mut(&mut words) {
            let own = TypeId(*word).index().checked_sub(first);
            if let Some(new) = own.and_then(|own| map.get(own)) {
                *word = new.0;
            }
        }
        rewritten.push(&words)?;
    }
    Ok((rewritten, map))
}

/// The ids that types get: those that stay one after the other, the others those of what stands for them.
fn new_ids(first: usize, fates: &[Fate]) -> Vec<TypeId> {
    let mut next = first as u32;
    let mut map: Vec<Option<TypeId>> = fates
        .iter()
        .map(|fate| match fate {
            Fate::Keep | Fate::Rewrite { .. } => {
                next += 1;
                Some(TypeId(next - 1))
            }
            Fate::Drop => Some(TypeId::VOID),
            Fate::Alias(_) => None,
        })
        .collect();
    let mut path = Vec::new();
    for start in 0..fates.len() {
        let mut at = start;
        let end = loop {
            if let Some(id) = map[at] {
                break id;
            }
            let Fate::Alias(target) = fates[at] else {
                break TypeId::VOID;
            };
            // A ring of types that stand for each other stands for nothing.
            map[at] = Some(TypeId::VOID);
            path.push(at);
            match target.index().checked_sub(first) {
                Some(own) if own < fates.len() => at = own,
                _ => break target,
            }
        };
        for at in path.drain(..) {
            map[at] = Some(end);
        }
    }
    map.into_iter().map(Option::unwrap_or_default).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_type_is_found_through_others_and_rings_end() {
        let alias = |id| Fate::Alias(TypeId(id));
        // Ids 10 to 15: a chain to 13, a ring of two, and a type of the base.
        let fates = [
            alias(11),
            alias(12),
            Fate::Keep,
            alias(14),
            alias(13),
            alias(3),
        ];
        let ids: Vec<u32> = new_ids(10, &fates).into_iter().map(|id| id.0).collect();
        assert_eq!(ids, [10, 10, 10, 0, 0, 3]);
    }
}
