//! Questions about functions and variables.

use super::{Question, Rows, count};
use crate::address::Address;
use crate::inlined::InlinedFunction;
use crate::left_out::LeftOut;
use crate::list::{Query, with_fitting_names};
use crate::session::Session;
use crate::signatures::Signature;
use crate::units::Units;
use serde::{Deserialize, Serialize};

/// Asks for some of the functions or variables that fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListSignatures {
    /// Which fit, and their order.
    pub query: Query,
    /// The first, from 0.
    pub from: u32,
    /// How many at most.
    pub count: u32,
}

impl Question for ListSignatures {
    type Answer = Rows<Signature>;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<Rows<Signature>, String> {
        let ListSignatures {
            query,
            from,
            count: wanted,
        } = self;
        session.with_found(query, |explorer, found| {
            let rows = Signature::page(explorer, found, from as usize, wanted as usize);
            Ok(Rows {
                total: count(found.len()),
                from,
                rows: rows.map_err(|error| error.to_string())?,
            })
        })?
    }
}

/// Asks for some of the functions that were left out, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLeftOut {
    /// The text of the names and how it matches. Conditions on types do not apply.
    pub query: Query,
    /// Only those with this reason.
    pub reason: Option<String>,
    /// The first, from 0.
    pub from: u32,
    /// How many at most.
    pub count: u32,
}

impl Question for ListLeftOut {
    type Answer = Rows<LeftOut>;

    fn answer(self, session: &mut Session, _: Option<&dyn Units>) -> Result<Rows<LeftOut>, String> {
        let has_reason = |one: &&LeftOut| {
            let reason = self.reason.as_ref();
            reason.is_none_or(|reason| one.reasons.contains(reason))
        };
        let all = session.explorer().left_out().iter().filter(has_reason);
        let found = with_fitting_names(&self.query, all, |one| &one.name);
        let found = found.map_err(|error| error.to_string())?;
        let rows = found.iter().skip(self.from as usize);
        Ok(Rows {
            total: count(found.len()),
            from: self.from,
            rows: rows
                .take(self.count as usize)
                .map(|one| (*one).clone())
                .collect(),
        })
    }
}

/// Asks where a function was inlined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListInlineSites {
    /// The function.
    pub of: Address,
    /// The first site, from 0.
    pub from: u32,
    /// How many sites at most.
    pub count: u32,
}

impl Question for ListInlineSites {
    type Answer = InlinedFunction;

    fn answer(
        self,
        session: &mut Session,
        _: Option<&dyn Units>,
    ) -> Result<InlinedFunction, String> {
        let (_, id) = session.find(&self.of)?;
        let (from, count) = (self.from as usize, self.count as usize);
        let function = InlinedFunction::of(session.with_inline_sites(), id, from, count);
        function.ok_or_else(|| format!("no inline site of {} is known", self.of.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explorer::Explorer;
    use crate::list::Match;

    #[test]
    fn reason_and_text_narrow_the_functions_left_out_and_the_total_counts_past_the_limit() {
        let function = |name: &str, reason: &str| LeftOut {
            name: name.to_owned(),
            reasons: vec![reason.to_owned()],
        };
        let all = vec![
            function("a_show", "ambiguous address"),
            function("b_show", "optimised parameters"),
            function("c_show", "optimised parameters"),
            function("c_store", "optimised parameters"),
        ];
        let second = all[1].clone();
        let btf = btf::Btf::new();
        let mut session = Session::new(Explorer::new(btf, None).with_left_out(all));
        let question = ListLeftOut {
            query: Query {
                text: "show".to_owned(),
                ..Query::default()
            },
            reason: Some("optimised parameters".to_owned()),
            from: 0,
            count: 1,
        };
        let found = question.answer(&mut session, None).expect("an answer");
        assert_eq!(found.total, 2);
        assert_eq!(found.rows, [second]);
    }

    #[test]
    fn a_regular_expression_that_takes_too_long_for_the_functions_left_out_is_refused() {
        let name = "n".repeat(1000);
        let one = LeftOut {
            name,
            reasons: vec!["ambiguous address".to_owned()],
        };
        let listed = |functions: usize| {
            let all = vec![one.clone(); functions];
            let mut session = Session::new(Explorer::new(btf::Btf::new(), None).with_left_out(all));
            let question = ListLeftOut {
                query: Query {
                    // It fails at the first letter of each name, and counts as large all the same.
                    text: "^x.{100}".to_owned(),
                    matching: Match::Regex,
                    ..Query::default()
                },
                ..ListLeftOut::default()
            };
            question.answer(&mut session, None).map(|found| found.total)
        };
        assert_eq!(listed(1_000), Ok(0));
        let refused = listed(20_000).expect_err("20 MB of names");
        assert!(
            refused.contains("takes too long for so many names"),
            "{refused}"
        );
    }
}
