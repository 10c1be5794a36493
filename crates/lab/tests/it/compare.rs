//! Two algorithms on one input: what differs first, why, and what is left.

use lab::compare::{Algorithm, Comparison, compare};
use lab::{Setup, scenario};

fn of(slug: &str, algorithms: [Algorithm; 2]) -> Comparison {
    compare(&scenario::find(slug).unwrap().setup, algorithms)
}

/// The two sentences of the first difference; empty where a run has no such step.
fn first(comparison: &Comparison) -> [&str; 2] {
    let row = comparison.rows[comparison.first.unwrap() as usize];
    [0, 1].map(|side| {
        row.steps[side].map_or("", |step| {
            comparison.runs[side].told[step as usize - 1].as_str()
        })
    })
}

#[test]
fn an_algorithm_does_what_it_does() {
    for one in scenario::all() {
        for algorithm in Algorithm::ALL {
            let same = compare(&one.setup, [algorithm; 2]);
            assert!(
                same.rows.iter().all(|row| row.same),
                "{}: {algorithm:?}",
                one.slug
            );
            assert_eq!((same.first, same.differ.len()), (None, 0), "{}", one.slug);
            let both = &same.runs;
            assert_eq!(both[0], both[1]);
            let steps = same
                .rows
                .iter()
                .filter(|row| row.steps[0].is_some())
                .count();
            assert_eq!(steps, both[0].told.len(), "{}: {algorithm:?}", one.slug);
            // Only the fast path leaves some units alone.
            if algorithm != Algorithm::FastPath {
                assert_eq!(both[0].refused, None, "{}: {algorithm:?}", one.slug);
            }
        }
    }
}

#[test]
fn rows_have_the_steps_of_both_in_their_order() {
    for one in scenario::all() {
        for other in [
            Algorithm::Article,
            Algorithm::KeepForwards,
            Algorithm::FastPath,
        ] {
            let both = compare(&one.setup, [other, Algorithm::Today]);
            if both.runs[0].refused.is_some() {
                continue;
            }
            for side in 0..2 {
                let steps: Vec<u32> = both.rows.iter().filter_map(|row| row.steps[side]).collect();
                let all: Vec<u32> = (1..=both.runs[side].told.len() as u32).collect();
                assert_eq!(steps, all, "{}: {other:?}", one.slug);
            }
            let is_same = both.differ.is_empty() && both.first.is_none();
            assert_eq!(both.why.is_empty(), both.first.is_none(), "{}", one.slug);
            if both.runs[0].left != both.runs[1].left {
                assert!(!is_same, "{}: {other:?}", one.slug);
            }
        }
    }
}

#[test]
fn kept_forwards_differ_where_the_walk_meets_the_declaration() {
    let both = of("forward", [Algorithm::KeepForwards, Algorithm::Today]);
    let [kept, today] = first(&both);
    assert!(
        kept.contains("Assume `[3]` ≡ `[6]`") || kept.contains("`[6]`"),
        "{kept}"
    );
    assert!(today.contains("only declares"), "{today}");
    assert!(both.why.contains("Where forwards are kept"), "{}", both.why);
    assert!(both.runs[0].left > both.runs[1].left);
    let node = both
        .differ
        .iter()
        .find(|one| one.name == "struct node")
        .unwrap();
    assert_eq!(node.becomes[0], node.id);
    assert_ne!(node.becomes[1], node.id);
}

#[test]
fn the_fast_path_ends_with_the_same_types_after_fewer_steps() {
    let mut shown = 0;
    for one in scenario::all() {
        let both = compare(&one.setup, [Algorithm::FastPath, Algorithm::Today]);
        let [fast, today] = &both.runs;
        if fast.refused.is_some() {
            continue;
        }
        shown += 1;
        assert_eq!(fast.left, today.left, "{}", one.slug);
        assert_eq!(both.differ, [], "{}", one.slug);
        assert!(
            !fast.told.iter().any(|said| said.contains("[0]")),
            "{}: {:#?}",
            one.slug,
            fast.told
        );
    }
    assert!(shown > 25, "{shown}");
    let list = of("list", [Algorithm::FastPath, Algorithm::Today]);
    assert!(
        first(&list)[0].starts_with("Fast path: 3 types replaced by hash"),
        "{:?}",
        first(&list)
    );
    assert!(list.runs[0].told.len() < list.runs[1].told.len());
}

#[test]
fn the_article_calls_copies_a_contradiction() {
    let both = of("copies", [Algorithm::Article, Algorithm::Today]);
    let [article, today] = first(&both);
    assert!(article.contains("Contradiction"), "{article}");
    assert!(today.contains("copies of each other"), "{today}");
    assert!(both.runs[0].left > both.runs[1].left);
}

#[test]
fn the_article_settles_typedefs_late_and_has_no_pass_for_forwards() {
    let both = of("typedefs", [Algorithm::Article, Algorithm::Today]);
    assert!(both.why.contains("is a typedef"), "{}", both.why);
    assert_eq!(both.runs[0].left, both.runs[1].left);
    let late = of("late", [Algorithm::Article, Algorithm::Today]);
    assert!(late.why.contains("from 2022"), "{}", late.why);
    assert!(late.runs[0].left > late.runs[1].left);
    let twice = of("enumeration", [Algorithm::Article, Algorithm::Today]);
    assert!(twice.why.contains("compares their values"), "{}", twice.why);
}

#[test]
fn units_with_an_error_have_no_steps() {
    let setup = Setup::of(&["struct a { int b; };", "struct {"]);
    let both = compare(&setup, [Algorithm::Article, Algorithm::Today]);
    assert!(both.rows.is_empty());
    assert_eq!(
        both.runs[0].refused.as_deref(),
        Some("unit 2 has an error in line 1")
    );
}

#[test]
fn long_runs_are_listed_one_after_the_other() {
    let structs = |unit: &str| {
        let all = (0..700).map(|at| format!("struct s{at} {{ struct t *p; }};\n"));
        format!("{unit}\n{}", all.collect::<String>())
    };
    let setup = Setup::of(&[&structs("struct t { int a; };"), &structs("struct t;")]);
    let both = compare(&setup, [Algorithm::KeepForwards, Algorithm::Today]);
    for (side, run) in both.runs.iter().enumerate() {
        let steps = both.rows.iter().filter(|row| row.steps[side].is_some());
        assert_eq!(
            (run.refused.as_deref(), steps.count()),
            (None, run.told.len())
        );
    }
    assert!(both.first.is_some());
    assert!(both.differ.len() == 50 && both.more > 600, "{}", both.more);
}
