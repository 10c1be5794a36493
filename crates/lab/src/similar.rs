//! Which of the known names was meant by one that is unknown.

/// The known name that is nearest, if it is near enough to be meant; of equally near ones the first.
pub fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let most = if name.len() < 5 { 1 } else { 2 };
    let measured = known.into_iter().filter_map(|known| {
        let steps = distance(name, known, most)?;
        (steps < known.len().min(name.len())).then_some((steps, known))
    });
    let nearest = measured.min_by_key(|(steps, _)| *steps);
    nearest.map(|(_, known)| known)
}

/// Letters to change, add, drop or swap between two words, if they are not more than `most`.
pub fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    const LONGEST: usize = 40;
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len().abs_diff(right.len()) > most || left.len() > LONGEST || right.len() > LONGEST {
        return None;
    }
    let (mut two_ago, mut last) = (Vec::new(), (0..=right.len()).collect::<Vec<usize>>());
    for (at, a) in left.iter().enumerate() {
        let mut row = vec![at + 1];
        for (to, b) in right.iter().enumerate() {
            let mut steps = (last[to] + usize::from(a != b))
                .min(last[to + 1] + 1)
                .min(row[to] + 1);
            let swapped = at > 0 && to > 0 && *a == right[to - 1] && left[at - 1] == *b;
            if let (true, Some(before)) =
                (swapped, to.checked_sub(1).and_then(|it| two_ago.get(it)))
            {
                steps = steps.min(before + 1);
            }
            row.push(steps);
        }
        two_ago = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|steps| *steps <= most)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_swapped_letter_is_one_step() {
        for (left, right, steps) in [
            ("unsinged", "unsigned", Some(1)),
            ("sturct", "struct", Some(1)),
            ("strct", "struct", Some(1)),
            ("lnog", "long", Some(1)),
            ("int", "int", Some(0)),
            ("page", "struct", None),
        ] {
            assert_eq!(distance(left, right, 2), steps, "{left} {right}");
        }
    }

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        let known = ["before", "after", "left"];
        assert_eq!(nearest("befor", known), Some("before"));
        assert_eq!(nearest("lefft", known), Some("left"));
        assert_eq!(nearest("answer", known), None);
        assert_eq!(nearest("x", ["y"]), None);
    }
}
