//! What is asked of random units, answered by the engine.

use super::fate::{Fate, Watched, watch};
use super::random::Random;
use super::units::units;
use super::{Family, Level, Seed, declare};
use crate::{Setup, pass};
use btf::{Kind, TypeId};
use serde::{Deserialize, Serialize};

/// Tries until a seed is given up; one in thousands needs more than thirty.
const MOST_TRIES: usize = 300;
/// Of a hundred questions for a pass, those whose answer is that the type stays.
const STAYING: usize = 30;
/// Reasons for a number.
const MOST_REASONS: usize = 6;
/// Choices of a question.
const MOST_CHOICES: usize = 5;

/// A question with its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// What it is made from.
    pub seed: Seed,
    /// What it is about.
    pub family: Family,
    /// How large it is.
    pub level: Level,
    /// The units, as C.
    pub units: Vec<String>,
    /// Types in them.
    pub before: u32,
    /// The question; types stand in backticks.
    pub text: String,
    /// How it is answered.
    pub ask: Ask,
    /// The answer.
    pub right: Answer,
    /// Why: a reason for each choice that needs one, or for each pair of types that look the same.
    pub reasons: Vec<Reason>,
    /// What becomes of each type.
    pub fates: Vec<Fate>,
    /// The step, from 1, that decides.
    pub step: u32,
    /// The units as a part of the lab's address.
    pub link: String,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask {
    /// With a number.
    Number,
    /// With any number of these choices.
    Several(Vec<String>),
    /// With one of these choices.
    One(Vec<String>),
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// A number.
    Number(u32),
    /// Choices, from 0, in their order.
    Choices(Vec<usize>),
}

/// Why an answer is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Why; types stand in backticks.
    pub says: String,
    /// The step, from 1, that decides it.
    pub step: u32,
}

/// No question comes from this seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no question comes from the seed {0}: take another one")]
pub struct NoQuestion(pub Seed);

/// The question of a seed.
///
/// # Errors
///
/// [`NoQuestion`] if many tries gave nothing to ask for.
pub fn question(seed: Seed) -> Result<Question, NoQuestion> {
    let (family, level) = (seed.family(), seed.level());
    let mut random = Random::new(u64::from(seed.0));
    // Which kind of question is settled first, so that one that is rarely possible is not rare.
    let kind = random.below(3);
    for _ in 0..MOST_TRIES {
        let units = units(family, level, &mut random);
        let texts: Vec<String> = units.iter().map(|unit| declare::write(unit)).collect();
        let Some(watched) = watch(&texts) else {
            continue;
        };
        let before = watched.ids().count();
        let (least, most) = level.types();
        let left = watched.run.deduped.btf.len();
        if !(least..=most).contains(&before) || left == before || is_copy(&texts) {
            continue;
        }
        let asked = match kind {
            0 => which_merge(&watched, &mut random),
            1 => which_pass(&watched, &mut random),
            _ => Some(how_many(&watched, before, left)),
        };
        let Some((text, ask, right, reasons)) = asked else {
            continue;
        };
        let Some(fates) = watched.ids().map(|id| watched.fate(id)).collect() else {
            continue;
        };
        let step = reasons.iter().map(|reason: &Reason| reason.step).max();
        let link = Setup {
            units: texts.clone(),
            ..Setup::default()
        };
        return Ok(Question {
            seed,
            family,
            level,
            before: u32::try_from(before).unwrap_or_default(),
            text,
            ask,
            right,
            reasons,
            fates,
            step: step.unwrap_or_default(),
            link: link.to_link(),
            units: texts,
        });
    }
    Err(NoQuestion(seed))
}

type Asked = (String, Ask, Answer, Vec<Reason>);

/// Whether all units have the same text, so that there is nothing to think about.
fn is_copy(texts: &[String]) -> bool {
    let mut pairs = texts.iter().zip(texts.iter().skip(1));
    pairs.all(|(one, other)| one == other)
}

/// How many types are left?
fn how_many(watched: &Watched, before: usize, left: usize) -> Asked {
    let mut reasons: Vec<Reason> = Vec::new();
    for (one, other) in pairs(watched) {
        if watched.end(one) != watched.end(other) {
            let (step, why) = watched.apart(one, other);
            let says = format!("{} stay apart. {why}", both(watched, one, other));
            let is_new = reasons.iter().all(|reason| reason.step != step);
            if is_new && reasons.len() < MOST_REASONS {
                reasons.push(Reason { says, step });
            }
        }
    }
    if reasons.is_empty() {
        let joined = pairs(watched).into_iter().next_back();
        reasons.extend(joined.map(|pair| reason(watched, pair)));
    }
    let has_arrays = watched
        .units
        .btf
        .types()
        .any(|(_, ty)| ty.kind() == Kind::Array);
    let with = match has_arrays {
        true => ", with the index type that arrays have",
        false => "",
    };
    let text = format!("The units contain {before} types{with}. How many are left after dedup?");
    let right = Answer::Number(u32::try_from(left).unwrap_or_default());
    (text, Ask::Number, right, reasons)
}

/// Which of these become one type?
fn which_merge(watched: &Watched, random: &mut Random) -> Option<Asked> {
    let mut pairs = random.shuffled(&pairs(watched));
    let is_one = |&(one, other): &(TypeId, TypeId)| watched.end(one) == watched.end(other);
    // Some of both, and no two choices of the same words.
    let mut words: Vec<String> = Vec::new();
    pairs.retain(|&(one, other)| {
        let own = both(watched, one, other);
        let is_new = !words.contains(&own);
        words.extend(is_new.then_some(own));
        is_new
    });
    let (mut merge, mut stay): (Vec<_>, Vec<_>) = pairs.into_iter().partition(is_one);
    let one_of_each = merge.pop().zip(stay.pop())?;
    let mut chosen = vec![one_of_each.0, one_of_each.1];
    let mut rest = [merge, stay].concat();
    random.shuffle(&mut rest);
    chosen.extend(rest.into_iter().take(MOST_CHOICES - chosen.len()));
    random.shuffle(&mut chosen);
    let choices = chosen.iter().map(|&(one, other)| both(watched, one, other));
    let right = chosen.iter().enumerate().filter(|(_, pair)| is_one(pair));
    let right = Answer::Choices(right.map(|(at, _)| at).collect());
    let reasons = chosen.iter().map(|&pair| reason(watched, pair)).collect();
    Some((
        "Which of these become one type?".to_owned(),
        Ask::Several(choices.collect()),
        right,
        reasons,
    ))
}

/// Which pass replaces a type?
fn which_pass(watched: &Watched, random: &mut Random) -> Option<Asked> {
    // The types that have others of the same words, by what becomes of them: no answer is usual.
    let pairs = pairs(watched);
    let btf = &watched.units.btf;
    // Integers are for those who practise integers; elsewhere they are too easy.
    let is_asked = |id: &TypeId| {
        btf.kind(*id) != Kind::Int || btf.types().all(|(_, ty)| ty.kind() == Kind::Int)
    };
    let twins = watched
        .ids()
        .filter(is_asked)
        .filter(|id| pairs.iter().any(|(one, other)| one == id || other == id));
    // Of types that stay only those that come after one that looks the same.
    let is_second = |id: u32| pairs.iter().any(|(_, other)| other.0 == id);
    let fates: Vec<Fate> = twins
        .filter_map(|id| watched.fate(id))
        .filter(|fate| fate.pass > 0 || is_second(fate.id))
        .collect();
    let mut passes: Vec<u32> = fates.iter().map(|fate| fate.pass).collect();
    passes.sort_unstable();
    passes.dedup();
    // Otherwise half of the answers would be that it stays.
    let stays = random.percent(STAYING);
    passes.retain(|pass| (*pass == 0) == stays);
    let pass = *random.one(&passes)?;
    let of_pass = fates.iter().filter(|fate| fate.pass == pass);
    let of_pass: Vec<&Fate> = of_pass.collect();
    let fate = *random.one(&of_pass)?;
    let id = TypeId(fate.id);
    // The passes that replace types, and that none does.
    let offered = [2, 3, 4, 5, 0];
    let choices = offered.map(|number: usize| match number.checked_sub(1) {
        Some(at) => format!(
            "Pass {number}, {}",
            pass::NAMES.get(at).copied().unwrap_or_default()
        ),
        None => "None: it stays".to_owned(),
    });
    let right = offered.iter().position(|number| *number == pass as usize)?;
    let other = pairs.iter().find_map(|&(one, other)| match id {
        id if id == one => Some(other),
        id if id == other => Some(one),
        _ => None,
    });
    let (step, says) = match (fate.becomes, other) {
        (None, Some(other)) if watched.end(other) != watched.end(id) => watched.apart(id, other),
        _ => (fate.step, watched.says(fate.step)),
    };
    let what = match watched.units.btf.kind(id) {
        Kind::Fwd => "the declaration ",
        Kind::Ptr => "the pointer ",
        _ => "",
    };
    let text = format!(
        "Which pass replaces {what}`{}` of unit {} by another type?",
        watched.name(id),
        fate.unit + 1
    );
    Some((
        text,
        Ask::One(choices.to_vec()),
        Answer::Choices(vec![right]),
        vec![Reason { says, step }],
    ))
}

/// Types of two units that a reader would compare: those that are written the same, records of one name, and integers of
/// one size.
fn pairs(watched: &Watched) -> Vec<(TypeId, TypeId)> {
    let btf = &watched.units.btf;
    let mut pairs = Vec::new();
    for one in watched.ids() {
        let later = watched
            .ids()
            .filter(|other| *other > one && watched.unit(*other) != watched.unit(one));
        pairs.extend(later.filter_map(|other| {
            let (a, b) = (btf.get(one)?, btf.get(other)?);
            if !is_named(watched, one) || !is_named(watched, other) {
                return None;
            }
            let is_record = |id| btf.kind(id).is_composite() || btf.kind(id) == Kind::Fwd;
            let alike = watched.name(one) == watched.name(other)
                || is_record(one) && is_record(other) && btf.name(one) == btf.name(other)
                || a.kind() == Kind::Int && b.kind() == Kind::Int && a.size() == b.size();
            alike.then_some((one, other))
        }));
    }
    pairs
}

/// Whether the name of a type tells which one of its unit is meant.
fn is_named(watched: &Watched, id: TypeId) -> bool {
    let btf = &watched.units.btf;
    let name = watched.name(id);
    let same =
        |other: &TypeId| watched.unit(*other) == watched.unit(id) && watched.name(*other) == name;
    btf.kind(id) != Kind::FuncProto
        && btf.name(id) != "__ARRAY_SIZE_TYPE__"
        && !name.contains("without a name")
        && watched.ids().filter(same).count() == 1
}

/// Two types as a reader finds them in the units.
fn both(watched: &Watched, one: TypeId, other: TypeId) -> String {
    let name = |id: TypeId| {
        let btf = &watched.units.btf;
        let is_declared = btf.kind(id) == Kind::Fwd
            || btf.kind(id) == Kind::Enum && btf.get(id).is_some_and(|ty| ty.vlen() == 0);
        match is_declared {
            true => format!("`{};`", watched.name(id)),
            false => format!("`{}`", watched.name(id)),
        }
    };
    let (a, b) = (watched.unit(one) + 1, watched.unit(other) + 1);
    match name(one) == name(other) {
        true => format!("{} of units {a} and {b}", name(one)),
        false => format!("{} of unit {a} and {} of unit {b}", name(one), name(other)),
    }
}

/// Why two types are one, or are not.
fn reason(watched: &Watched, (one, other): (TypeId, TypeId)) -> Reason {
    let named = both(watched, one, other);
    match watched.end(one) == watched.end(other) {
        true => {
            let step = watched.joined(one, other);
            Reason {
                says: format!("{named} become one. {}", watched.says(step)),
                step,
            }
        }
        false => {
            let (step, why) = watched.apart(one, other);
            Reason {
                says: format!("{named} stay apart. {why}"),
                step,
            }
        }
    }
}
