//! The search among functions left out.

use crate::explorer::{FunctionPage, FunctionQuery};
use pipeline::SkippedFunction;

/// Those that fit a query, in the order of their names.
pub fn page(skipped: &[SkippedFunction], query: FunctionQuery) -> FunctionPage {
    let fits = |function: &&SkippedFunction| {
        query
            .reason
            .as_ref()
            .is_none_or(|reason| function.reasons.contains(reason))
            && function.name.contains(query.text.trim())
    };
    let total = skipped.iter().filter(fits).count() as u32;
    let rows = skipped
        .iter()
        .filter(fits)
        .take(query.limit as usize)
        .cloned()
        .collect();
    FunctionPage { query, total, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reason_and_text_narrow_it_and_the_total_counts_past_the_limit() {
        let function = |name: &str, reason: &str| SkippedFunction {
            name: name.to_owned(),
            reasons: vec![reason.to_owned()],
            units: Vec::new(),
        };
        let all = [
            function("a_show", "ambiguous address"),
            function("b_show", "optimised parameters"),
            function("c_show", "optimised parameters"),
            function("c_store", "optimised parameters"),
        ];
        let found = page(
            &all,
            FunctionQuery {
                reason: Some("optimised parameters".to_owned()),
                text: " show ".to_owned(),
                limit: 1,
            },
        );
        assert_eq!(found.total, 2);
        assert_eq!(found.rows, [all[1].clone()]);
    }
}
