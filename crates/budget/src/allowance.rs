//! What is left of a resource, and the error when nothing is.

use crate::{Budget, Grouped, Resource};

/// What an input may still spend of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowance {
    resource: Resource,
    budget: Budget,
    limit: u64,
    spent: u64,
}

/// An input asks for more than its size allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "more than {} {}: far more than files of this size need, so this one is probably damaged; for a file that is sound, allow ten \
     times as much (btfscope --budget {})",
    Grouped(*limit),
    resource.text(),
    budget.multiple().saturating_mul(10)
)]
pub struct OverBudget {
    /// What there was too much of.
    pub resource: Resource,
    /// How much the input was allowed, in the resource's unit.
    pub limit: u64,
    /// The budget that the limit is part of.
    pub budget: Budget,
}

impl Allowance {
    pub(crate) const fn new(budget: Budget, resource: Resource, input_bytes: u64) -> Allowance {
        let (per_byte, at_least) = resource.measure();
        let limit = per_byte
            .saturating_mul(input_bytes)
            .saturating_add(at_least);
        Allowance {
            resource,
            budget,
            limit: limit.saturating_mul(budget.multiple() as u64),
            spent: 0,
        }
    }

    /// Counts an amount as spent.
    ///
    /// # Errors
    ///
    /// The amounts together exceed the limit. They stay exceeded: every further amount is an error too.
    #[inline]
    pub const fn spend(&mut self, amount: u64) -> Result<(), OverBudget> {
        self.spent = self.spent.saturating_add(amount);
        if self.spent > self.limit {
            return Err(self.error());
        }
        Ok(())
    }

    /// What it is that is spent.
    #[must_use]
    pub const fn resource(&self) -> Resource {
        self.resource
    }

    /// The budget that this is a part of.
    #[must_use]
    pub const fn budget(&self) -> Budget {
        self.budget
    }

    /// How much was spent.
    #[must_use]
    pub const fn spent(&self) -> u64 {
        self.spent
    }

    /// How much may be spent in all.
    #[must_use]
    pub const fn limit(&self) -> u64 {
        self.limit
    }

    /// Whether more was spent than is allowed.
    #[must_use]
    pub const fn is_exceeded(&self) -> bool {
        self.spent > self.limit
    }

    /// Fails if more was spent than is allowed.
    ///
    /// # Errors
    ///
    /// The amounts together exceed the limit.
    pub const fn check(&self) -> Result<(), OverBudget> {
        match self.is_exceeded() {
            true => Err(self.error()),
            false => Ok(()),
        }
    }

    /// The error that exceeding this allowance is.
    #[must_use]
    pub const fn error(&self) -> OverBudget {
        OverBudget {
            resource: self.resource,
            limit: self.limit,
            budget: self.budget,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_allowance_grows_with_the_input_and_the_budget() {
        let limit = |times, bytes| {
            Budget::times(times)
                .allowance(Resource::Abbreviations, bytes)
                .limit()
        };
        assert_eq!(limit(1, 0), 1 << 20);
        assert_eq!(limit(1, 1 << 20) - limit(1, 0), 4 << 20);
        assert_eq!(limit(3, 1 << 20), 3 * limit(1, 1 << 20));
        assert_eq!(limit(u32::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn what_is_exceeded_stays_exceeded() {
        let mut names = Budget::STANDARD.allowance(Resource::Names, 0);
        assert_eq!(names.spend(names.limit()), Ok(()));
        assert!(!names.is_exceeded());
        assert_eq!(names.spend(1), Err(names.error()));
        assert_eq!(names.spend(0), Err(names.error()));
        assert_eq!(names.spend(u64::MAX), Err(names.error()));
    }
}
