//! Questions from a thousand seeds, answered once more by the engine without the code that asks.

use btf::{Btf, TypeId};
use lab::practice::{Answer, Ask, Family, Level, Question, Seed, question};
use lab::{Event, Lab, Run, Setup, Units, pass, spell};
use std::collections::{BTreeMap, BTreeSet};

/// In one test, so that the questions are made once. The seeds are of all families and levels in turn.
#[test]
fn a_thousand_seeds_give_a_thousand_questions_with_one_right_answer_each() {
    let questions: Vec<Question> = (0..1000)
        .map(|number| question(Seed(number)).expect("every seed has a question"))
        .collect();
    the_engine_agrees_with_every_answer_and_with_no_other(&questions);
    no_question_is_trivial(&questions);
    no_answer_is_usual(&questions);
    the_explanation_leads_to_a_step_that_says_it(&questions);
    a_seed_gives_the_same_question_in_every_version(&questions);
}

fn lab(question: &Question) -> Lab {
    let texts: Vec<&str> = question.units.iter().map(String::as_str).collect();
    Lab::new(Setup::of(&texts))
}

/// The one type that a question means by words such as "`struct node;`" and the number of a unit.
fn meant(units: &Units, words: &str, unit: &str) -> TypeId {
    let name = words.trim_matches('`').trim_end_matches(';');
    let unit: usize = unit.parse().expect("a unit has a number");
    let ids = units.ids[unit - 1].clone().map(TypeId);
    let called = |btf: &Btf, id| spell(btf, id).trim_start_matches("forward ") == name;
    let named: Vec<TypeId> = ids.filter(|id| called(&units.btf, *id)).collect();
    assert_eq!(named.len(), 1, "{words} of unit {unit} is one type");
    named[0]
}

/// Both types of a choice: "`a` of units 1 and 2", or "`a` of unit 1 and `b` of unit 2".
fn both(units: &Units, choice: &str) -> (TypeId, TypeId) {
    if let Some((name, of)) = choice.split_once(" of units ") {
        let (one, other) = of.split_once(" and ").expect(choice);
        return (meant(units, name, one), meant(units, name, other));
    }
    let (one, other) = choice.split_once(" and ").expect(choice);
    let of = |part: &str| {
        let (name, unit) = part.split_once(" of unit ").expect(choice);
        meant(units, name, unit)
    };
    (of(one), of(other))
}

/// The number of the pass that replaces a type, from 1.
fn replaced_in(run: &Run, id: TypeId) -> Option<usize> {
    let mut pass = 0;
    for event in &run.events {
        match event {
            Event::Pass(next) => pass = pass::number(*next),
            Event::Merged { from, .. }
            | Event::ReferenceMerged { from, .. }
            | Event::ForwardResolved { forward: from, .. }
                if *from == id =>
            {
                return Some(pass);
            }
            _ => {}
        }
    }
    None
}

fn the_engine_agrees_with_every_answer_and_with_no_other(questions: &[Question]) {
    for question in questions {
        let lab = lab(question);
        let (units, run) = lab.result().expect("its units can be read");
        match (&question.ask, &question.right) {
            (Ask::Number, Answer::Number(right)) => {
                assert_eq!(*right as usize, run.deduped.btf.len(), "{}", question.seed);
            }
            (Ask::Several(choices), Answer::Choices(right)) => {
                for (at, choice) in choices.iter().enumerate() {
                    let (one, other) = both(units, choice);
                    let is_one = run.deduped.new_id(one) == run.deduped.new_id(other);
                    assert_eq!(right.contains(&at), is_one, "{}: {choice}", question.seed);
                }
            }
            (Ask::One(choices), Answer::Choices(right)) => {
                let (_, about) = question.text.split_once('`').expect("it names a type");
                let (name, rest) = about.split_once("` of unit ").expect("and its unit");
                let unit = rest.split(' ').next().unwrap_or_default();
                let fits = match replaced_in(run, meant(units, name, unit)) {
                    Some(pass) => format!("Pass {pass},"),
                    None => "None:".to_owned(),
                };
                for (at, choice) in choices.iter().enumerate() {
                    let is_right = *right == [at];
                    assert_eq!(choice.starts_with(&fits), is_right, "{}", question.seed);
                }
            }
            other => panic!(
                "{} is asked and answered in two ways: {other:?}",
                question.seed
            ),
        }
    }
}

fn no_question_is_trivial(questions: &[Question]) {
    for question in questions {
        let (least, most) = question.level.types();
        assert!((least..=most).contains(&(question.before as usize)));
        assert!((2..=3).contains(&question.units.len()), "{}", question.seed);
        let texts: BTreeSet<&String> = question.units.iter().collect();
        assert!(texts.len() > 1, "{}: all units are the same", question.seed);
        match (&question.ask, &question.right) {
            (Ask::Number, Answer::Number(left)) => {
                assert!(*left > 0 && *left < question.before, "{}", question.seed);
            }
            (Ask::Several(choices), Answer::Choices(right)) => {
                assert!(choices.len() >= 2);
                assert!(!right.is_empty() && right.len() < choices.len());
            }
            _ => {}
        }
        if let Ask::Several(choices) | Ask::One(choices) = &question.ask {
            let different: BTreeSet<&String> = choices.iter().collect();
            assert_eq!(different.len(), choices.len(), "{}", question.seed);
        }
    }
}

fn no_answer_is_usual(questions: &[Question]) {
    let mut answers: BTreeMap<String, usize> = BTreeMap::new();
    let mut kinds: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for question in questions {
        let kind = match question.ask {
            Ask::Number => "number",
            Ask::Several(_) => "several",
            Ask::One(_) => "one",
        };
        let answer = format!("{:?}", question.right);
        *answers.entry(format!("{kind} {answer}")).or_default() += 1;
        for group in [kind.to_owned(), format!("{:?}", question.family)] {
            *kinds
                .entry(group)
                .or_default()
                .entry(answer.clone())
                .or_default() += 1;
        }
    }
    let most = answers.values().max().copied().unwrap_or_default();
    assert!(
        most <= 400,
        "an answer of {most} of 1,000 seeds: {answers:?}"
    );
    for (group, answers) in kinds {
        let all: usize = answers.values().sum();
        let most = answers.values().max().copied().unwrap_or_default();
        assert!(all >= 80, "{group}: only {all} questions");
        assert!(most * 100 <= all * 45, "{group}: {answers:?}");
    }
}

fn the_explanation_leads_to_a_step_that_says_it(questions: &[Question]) {
    for question in questions {
        let lab = lab(question);
        let told = lab.told();
        let said = |step: u32| {
            let at = (step as usize).checked_sub(1);
            at.and_then(|at| told.get(at))
        };
        assert!(said(question.step).is_some(), "{}", question.seed);
        assert!(!question.reasons.is_empty());
        for reason in &question.reasons {
            assert!(said(reason.step).is_some(), "{}: {reason:?}", question.seed);
            assert!(!reason.says.is_empty());
        }
        let (units, run) = lab.result().expect("its units can be read");
        assert_eq!(question.fates.len(), question.before as usize);
        for fate in &question.fates {
            let id = TypeId(fate.id);
            let pass = replaced_in(run, id).unwrap_or(0);
            assert_eq!(fate.pass as usize, pass, "{}: {fate:?}", question.seed);
            assert_eq!(units.unit_of(id), Some(fate.unit as usize));
            let end = TypeId(fate.becomes.unwrap_or(fate.id));
            assert_eq!(run.deduped.new_id(end), run.deduped.new_id(id));
            let step = said(fate.step).expect("each fate is settled by a step");
            assert!(step.contains(&format!("[{}", fate.id)), "{step} names {id}");
        }
        let opened = Setup::from_link(&question.link).expect("a link of the lab");
        assert_eq!(opened.units, question.units);
    }
}

fn a_seed_gives_the_same_question_in_every_version(questions: &[Question]) {
    // FNV-1a over the units and the answers. Words may get better, questions may not change: a change of this number is
    // a new version of the generator.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for question in questions {
        let own = format!("{:?}{:?}", question.units, question.right);
        for byte in own.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    assert_eq!(format!("{hash:016x}"), "aa3d23fcc4b3c0cb");
    assert_eq!(lab::practice::VERSION, 1);
}

#[test]
fn each_family_and_size_has_many_questions() {
    for family in Family::ALL {
        for level in Level::ALL {
            let seeds = (0..8).map(|random| Seed::of(family, level, random * 7919));
            let units: BTreeSet<Vec<String>> = seeds
                .map(|seed| question(seed).expect("every seed has a question").units)
                .collect();
            assert!(units.len() > 5, "{family:?}, {level:?}: {units:?}");
        }
    }
}
