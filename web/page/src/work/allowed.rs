//! How much the user lets files cost: the standard budget, or more for the file that is open.

use budget::Budget;
use std::cell::Cell;

thread_local! {
    static ALLOWED: Cell<Budget> = const { Cell::new(Budget::STANDARD) };
}

/// Sets it, for all work that starts from now on.
pub fn allow(budget: Budget) {
    ALLOWED.set(budget);
}

/// What a file, and each answer about it, may cost.
pub fn allowed() -> Budget {
    ALLOWED.get()
}

/// What a file may cost that needs more than this.
pub fn ten_times(budget: Budget) -> Budget {
    Budget::times(budget.multiple().saturating_mul(10))
}
