//! Scenarios show what their stories say, links and files carry a laboratory, and steps go forth and back.

use lab::{Lab, Seek, Setup, SetupError, scenario};

#[test]
fn every_scenario_runs_and_leaves_what_it_says() {
    let all = scenario::all();
    let groups: Vec<&str> = all.iter().map(|one| one.group.as_str()).collect();
    let mut in_order = groups.clone();
    in_order.dedup();
    assert_eq!(
        in_order,
        ["Step by step", "Rule by rule", "A module on a base"]
    );
    let mut slugs: Vec<&str> = all.iter().map(|one| one.slug.as_str()).collect();
    slugs.sort_unstable();
    slugs.dedup();
    assert_eq!(slugs.len(), all.len());
    let mut fast_paths = 0;
    let mut wrong = Vec::new();
    for one in &all {
        let lab = Lab::new(one.setup.clone());
        let overview = lab.overview();
        for pane in &overview.panes {
            assert_eq!(pane.error, None, "{}", one.slug);
        }
        assert_eq!(overview.refused, None, "{}", one.slug);
        if overview.after.len() as u32 != one.left {
            wrong.push(format!(
                "{}: {} left, not {}",
                one.slug,
                overview.after.len(),
                one.left
            ));
        }
        let types = overview.base.len() + overview.before.len();
        assert_eq!(overview.graph.nodes.len(), types);
        if let Some(fast) = &overview.fast {
            assert!(fast.same, "{}", one.slug);
            fast_paths += 1;
        }
    }
    assert!(fast_paths > 3, "{fast_paths} of them take the fast path");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn steps_forth_and_back_come_to_the_same() {
    for one in scenario::all() {
        let mut lab = Lab::new(one.setup);
        let steps = lab.overview().steps;
        let forth: Vec<_> = (0..=steps).map(|step| lab.seek(Seek::To(step))).collect();
        for step in (0..=steps).rev() {
            let moment = lab.seek(if step == steps { Seek::End } else { Seek::Back });
            assert_eq!(moment, forth[step as usize], "{} at step {step}", one.slug);
        }
        // What is settled at the end is the engine's own map.
        let (_, run) = lab.result().expect("it runs");
        let map: Vec<u32> = run.deduped.map.iter().map(|id| id.0).collect();
        let overview = lab.overview();
        assert_eq!(overview.becomes[1 + overview.base.len()..], map);
    }
}

#[test]
fn decisions_and_passes_are_places_to_go() {
    let mut lab = Lab::new(scenario::find("forward").expect("there").setup);
    let overview = lab.overview();
    assert_eq!(overview.passes.len(), 7);
    let mut at = Vec::new();
    for pass in 0..7 {
        let moment = lab.seek(Seek::NextPass);
        assert_eq!(moment.pass, Some(pass));
        at.push(moment.step);
    }
    assert_eq!(at, overview.passes);
    assert_eq!(lab.seek(Seek::NextPass).step, overview.steps);
    assert_eq!(lab.seek(Seek::LastPass).step, at[6]);
    assert_eq!(lab.seek(Seek::Start).step, 0);
    let first = lab.seek(Seek::NextDecision);
    assert_eq!(first.step, overview.decisions[0]);
    assert_eq!(lab.seek(Seek::LastDecision).step, 0);
}

#[test]
fn a_walk_that_fails_drops_what_it_assumed() {
    let mut lab = Lab::new(scenario::find("deep").expect("there").setup);
    let mut most = 0;
    let dropped = loop {
        let before = lab.seek(Seek::To(most));
        most += 1;
        let moment = lab.seek(Seek::Next);
        if !moment.dropped.is_empty() {
            assert_eq!(moment.dropped, before.hypotheses);
            break moment;
        }
        assert!(most < 1_000);
    };
    assert_eq!(dropped.hypotheses, []);
    assert!(dropped.sentence.contains("assumptions are dropped"));
}

#[test]
fn a_bucket_holds_the_kept_types_of_a_hash() {
    let setup = Setup {
        same_hash: true,
        ..scenario::find("list").expect("there").setup
    };
    let mut lab = Lab::new(setup);
    // All types of unit 1 are kept by then, and all have the hash of the last.
    let step = lab.overview().steps;
    let most = (0..step).filter_map(|at| lab.seek(Seek::To(at)).bucket);
    assert_eq!(most.map(|(_, ids)| ids.len()).max(), Some(3));
    let plain = Lab::new(scenario::find("list").expect("there").setup);
    assert!(lab.overview().work.held > plain.overview().work.held);
    assert_eq!(lab.overview().after, plain.overview().after);
}

/// As version 0.2.0 made it.
const OLD_LINK: &str = "1TccxDgAQEARAWq_YWuMB9xoRhUQU7IlE_J3SdGPDYNdE1DKIjX--5UVBacSMVbPgiDPPBQ";

#[test]
fn links_and_files_carry_a_setup() {
    for one in scenario::all() {
        let setup = Setup {
            keep_forwards: true,
            many_shards: true,
            abi: lab::Abi::I386,
            prelude: one.slug.len() % 2 == 0,
            ..one.setup
        };
        let link = setup.to_link();
        assert!(
            link.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        );
        assert_eq!(Setup::from_link(&link), Ok(setup.clone()), "{}", one.slug);
        assert_eq!(Setup::from_file(&setup.to_file()), Ok(setup));
    }
    let link = Setup::of(&["struct a { int x; };"]).to_link();
    for end in 0..link.len() {
        assert!(Setup::from_link(&link[..end]).is_err(), "{end}");
    }
    assert_eq!(Setup::from_link("4abc"), Err(SetupError::Newer));
    // A link and a file that were made before there was a prelude: it is on, and adds nothing.
    let old = Setup::of(&["struct list { struct list *next; int value; };\n"]);
    assert_eq!(old.to_link(), OLD_LINK);
    // The second one says the same, packed by zlib.
    for link in [
        OLD_LINK,
        "1Y9QvLikqTS5RyMksLlGoVkDmaeWlVpRYK2TmlSiUJeaUplor1FpzMQABAA",
    ] {
        assert_eq!(Setup::from_link(link), Ok(old.clone()), "{link}");
    }
    let file = "{\"units\": [\"struct list { struct list *next; int value; };\\n\"], \"same_hash\": false}";
    assert_eq!(Setup::from_file(file), Ok(old.clone()));
    let off = Setup {
        prelude: false,
        ..old
    };
    assert_eq!(off.to_link(), format!("2{}", &OLD_LINK[1..]));
    assert_eq!(Setup::from_link("é"), Err(SetupError::Damaged));
    let long = Setup::of(&[&"x".repeat(300 << 10)]).to_link();
    assert_eq!(Setup::from_link(&long), Err(SetupError::TooMuch));
    assert_eq!(
        Setup::from_link(&Setup::of(&["", "", "", "", ""]).to_link()),
        Err(SetupError::TooMuch)
    );
    assert!(matches!(Setup::from_file("{}"), Err(SetupError::File(_))));
}

#[test]
fn an_error_has_its_pane_line_and_column() {
    let setup = Setup::of(&["struct a { int x; };", "struct b {\n    nothing y;\n};"]);
    let mut lab = Lab::new(setup);
    let overview = lab.overview();
    assert_eq!(overview.panes[0].error, None);
    let error = overview.panes[1].error.clone().expect("no such type");
    assert_eq!((error.line, error.column), (2, Some(5)), "{error:?}");
    assert_eq!(lab.seek(Seek::Next), lab::Moment::default());
    assert_eq!(lab.overview().steps, 0);
}

#[test]
fn shards_change_nothing_but_the_nodes() {
    let mut fast_paths = 0;
    for one in scenario::all() {
        let fast = |many_shards| {
            let setup = Setup {
                many_shards,
                ..one.setup.clone()
            };
            Lab::new(setup).fast_path()
        };
        let (Some(one_shard), Some(many)) = (fast(false), fast(true)) else {
            continue;
        };
        fast_paths += 1;
        assert_eq!(one_shard.shards, [one_shard.nodes]);
        assert_eq!(
            (many.nodes, many.left, many.same),
            (one_shard.nodes, one_shard.left, true),
            "{}",
            one.slug
        );
    }
    assert!(fast_paths > 3, "{fast_paths} of them take the fast path");
}
