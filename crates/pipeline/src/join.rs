//! Pieces of work that do not depend on each other.

/// Does two pieces of work: one after the other, or at the same time where the driver has threads.
pub trait Join: Sync {
    /// Calls both, each once, and returns when both have returned.
    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send));
}

/// One after the other.
#[derive(Clone, Copy, Debug, Default)]
pub struct InTurn;

impl Join for InTurn {
    fn join(&self, first: &mut (dyn FnMut() + Send), second: &mut (dyn FnMut() + Send)) {
        first();
        second();
    }
}

/// The results of two pieces of work.
pub(crate) fn both<A: Send, B: Send>(
    join: &dyn Join,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let (mut first, mut second) = (Some(first), Some(second));
    let (mut of_first, mut of_second) = (None, None);
    join.join(
        &mut || of_first = first.take().map(|work| work()).or(of_first.take()),
        &mut || of_second = second.take().map(|work| work()).or(of_second.take()),
    );
    // What the driver forgot is done here.
    let of_first = of_first.or_else(|| first.map(|work| work()));
    let of_second = of_second.or_else(|| second.map(|work| work()));
    match (of_first, of_second) {
        (Some(of_first), Some(of_second)) => (of_first, of_second),
        _ => unreachable!("each piece was done"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls nothing, or one twice.
    struct Careless(bool);

    impl Join for Careless {
        fn join(&self, first: &mut (dyn FnMut() + Send), _: &mut (dyn FnMut() + Send)) {
            if self.0 {
                first();
                first();
            }
        }
    }

    #[test]
    fn each_piece_is_done_once_whatever_the_driver_does() {
        for join in [&InTurn as &dyn Join, &Careless(false), &Careless(true)] {
            let (mut first, mut second) = (0, 0);
            let sums = both(
                join,
                || {
                    first += 1;
                    first
                },
                || {
                    second += 1;
                    second + 1
                },
            );
            assert_eq!(sums, (1, 2));
        }
    }
}
