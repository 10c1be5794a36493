//! Which members are unfolded, in the address of a type: `?unfold=lock,se.run_node` unfolds two members, `?unfold` all, and
//! `?unfold&fold=lock` all but one.

use crate::place::Parameters;
use explore::Unfolded;

/// Adds what is unfolded; if nothing is, the address stays as it is.
pub fn add_unfolded(parameters: &mut Parameters, unfolded: &Unfolded) {
    parameters.switch("unfold", unfolded.all);
    let name = if unfolded.all { "fold" } else { "unfold" };
    parameters.add(name, &unfolded.listed.join(","));
}

/// What an address unfolds.
pub fn unfolded(parameters: &Parameters) -> Unfolded {
    let listed = parameters.get("unfold");
    let all = parameters.has("unfold") && listed.is_none();
    let listed = match all {
        true => parameters.get("fold"),
        false => listed,
    };
    let listed = listed.into_iter().flat_map(|all| all.split(','));
    Unfolded {
        all,
        listed: listed.map(str::to_owned).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_contains_what_is_unfolded() {
        for (all, listed, address) in [
            (false, &[][..], "#/type/struct/task"),
            (
                false,
                &["lock", "se.run_node"],
                "#/type/struct/task?unfold=lock,se.run_node",
            ),
            (true, &[], "#/type/struct/task?unfold"),
            (true, &["lock"], "#/type/struct/task?unfold&fold=lock"),
        ] {
            let listed = listed.iter().map(|one| (*one).to_owned()).collect();
            let unfolded = Unfolded { all, listed };
            let mut parameters = Parameters::default();
            add_unfolded(&mut parameters, &unfolded);
            assert_eq!(parameters.behind("#/type/struct/task"), address);
            assert_eq!(super::unfolded(&Parameters::of(address)), unfolded);
        }
    }

    #[test]
    fn what_is_folded_counts_only_beside_what_is_unfolded() {
        let parameters = Parameters::of("#/type/struct/task?fold=lock");
        assert_eq!(unfolded(&parameters), Unfolded::default());
    }
}
