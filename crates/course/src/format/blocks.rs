//! The fenced blocks that mean something.

use super::markdown::{Piece, joined, pieces, prose};
use super::options::{Options, SWITCHES};
use super::outline::Line;
use super::problem::near;
use super::spans::text;
use super::{Problems, exercise, question};
use crate::{
    Content, Fault, Figure, Idea, Lesson, LessonTerm, Note, NoteAt, Part, Problem, Prose, Show,
    Stop, Unit, UnitSet,
};
use std::sync::Arc;

const BLOCKS: [&str; 8] = [
    "unit", "figure", "stop", "question", "exercise", "notes", "term", "idea",
];
const SHOWN: [(&str, Show); 5] = [
    ("ladder", Show::Ladder),
    ("kernel", Show::Kernel),
    ("fast-path", Show::FastPath),
    ("bytes", Show::Bytes),
    ("strings", Show::Strings),
];

/// Reads what follows the header.
pub(super) fn read(body: &str, first: u32, lesson: &mut Lesson) {
    let mut found = Vec::new();
    let pieces = pieces(body, first, &mut found);
    let mut problems = Problems::default();
    found.into_iter().for_each(|problem| problems.push(problem));
    for piece in pieces {
        match piece {
            Piece::Prose(line, prose) => lesson.parts.push(Part {
                line,
                content: Content::Prose(prose),
            }),
            Piece::Fence {
                line,
                info,
                inner,
                is_closed,
            } => {
                let options = Options::new(&info, line);
                let content = match block(&options, line, &inner, is_closed, lesson, &mut problems)
                {
                    Ok(None) => continue,
                    Ok(Some(content)) => content,
                    Err(problem) => {
                        problems.push(problem.clone());
                        Content::Faulty(problem)
                    }
                };
                lesson.parts.push(Part { line, content });
            }
        }
    }
    lesson.problems.append(&mut problems.0);
}

/// Reads a block. What is not shown among the parts goes into the lesson.
fn block(
    options: &Options<'_>,
    line: u32,
    inner: &[Line<'_>],
    is_closed: bool,
    lesson: &mut Lesson,
    problems: &mut Problems,
) -> Result<Option<Content>, Problem> {
    let name = options.name;
    if !BLOCKS.contains(&name) {
        if let Some(near) = near(name, BLOCKS).filter(|_| name.len() > 3) {
            let name = name.to_owned();
            problems.add(line, Fault::NearBlock { name, near });
        }
        return Ok(Some(Content::Prose(Prose::Code(joined(inner)))));
    }
    if !is_closed {
        return Err(Problem::new(line, Fault::OpenBlock(name.to_owned())));
    }
    let content = match name {
        "unit" => return unit(options, line, inner, lesson, problems),
        "figure" => Content::Figure(Arc::new(figure(options, line, inner, problems)?)),
        "stop" => {
            let figure = Arc::new(figure(options, line, &[], problems)?);
            let question = Arc::new(question::read(line, inner, problems)?);
            Content::Stop(Arc::new(Stop { figure, question }))
        }
        "question" => {
            options.refuse_others(&[], problems);
            Content::Question(Arc::new(question::read(line, inner, problems)?))
        }
        "exercise" => Content::Exercise(Arc::new(exercise::read(options, line, inner, problems)?)),
        "term" => {
            let term = LessonTerm {
                word: options.rest.to_owned(),
                means: text(&joined(inner)),
            };
            if term.word.is_empty() {
                let fault = Fault::MissingKey {
                    place: name.to_owned(),
                    key: "the word",
                    example: "the word that is explained, behind term",
                };
                return Err(Problem::new(line, fault));
            }
            lesson.terms.push(term.clone());
            Content::Term(term)
        }
        "idea" => {
            options.refuse_others(&[], problems);
            lesson.ideas.push(idea(line, inner)?);
            return Ok(None);
        }
        _ => {
            options.refuse_others(&["at"], problems);
            let at = options.get("at").unwrap_or("start");
            let expected = "start, idea:N, figure:N, stop:N, question:N, or exercise:ID";
            let place =
                note_at(at).ok_or_else(|| Problem::new(line, options.value("at", at, expected)))?;
            let mut found = Vec::new();
            let text = prose(inner, &mut found);
            found.into_iter().for_each(|problem| problems.push(problem));
            lesson.notes.push(Note {
                line,
                at: place,
                text,
            });
            return Ok(None);
        }
    };
    Ok(Some(content))
}

fn unit(
    options: &Options<'_>,
    line: u32,
    inner: &[Line<'_>],
    lesson: &mut Lesson,
    problems: &mut Problems,
) -> Result<Option<Content>, Problem> {
    options.refuse_others(&["name", "set", "hidden"], problems);
    let set = options.get("set").unwrap_or("main");
    let at = match lesson.sets.iter().position(|own| own.name == set) {
        Some(at) => at,
        None => {
            lesson.sets.push(UnitSet {
                name: set.to_owned(),
                units: Vec::new(),
            });
            lesson.sets.len() - 1
        }
    };
    let Some(units) = lesson.sets.get_mut(at).map(|set| &mut set.units) else {
        return Ok(None);
    };
    let name = options
        .get("name")
        .map_or_else(|| (units.len() + 1).to_string(), str::to_owned);
    if units.iter().any(|unit| unit.name == name) {
        let set = set.to_owned();
        return Err(Problem::new(line, Fault::UnitTwice { set, name }));
    }
    if units.len() >= lab::MOST_UNITS {
        let place = format!("set {set:?}");
        return Err(Problem::new(line, Fault::TooManyUnits { place }));
    }
    let unit = Unit {
        line,
        name,
        set: set.to_owned(),
        text: joined(inner),
        is_hidden: options.get("hidden").is_some(),
    };
    units.push(unit.clone());
    Ok((!unit.is_hidden).then_some(Content::Unit(unit)))
}

fn figure(
    options: &Options<'_>,
    line: u32,
    caption: &[Line<'_>],
    problems: &mut Problems,
) -> Result<Figure, Problem> {
    let own = ["set", "scenario", "base", "step", "steps", "show"];
    let known: Vec<&str> = own.into_iter().chain(SWITCHES).collect();
    options.refuse_others(&known, problems);
    let show = options.get("show").unwrap_or("ladder");
    let shown = SHOWN.iter().find(|(name, _)| *name == show);
    let names: Vec<&str> = SHOWN.iter().map(|(name, _)| *name).collect();
    let at = |fault| Problem::new(line, fault);
    let (step, until) = options.steps().map_err(at)?;
    Ok(Figure {
        from: options.units(),
        base: options.get("base").map(str::to_owned),
        switches: options.switches().map_err(at)?,
        show: shown
            .map(|(_, show)| *show)
            .ok_or_else(|| at(options.value("show", show, &names.join(", "))))?,
        step,
        until,
        caption: text(&joined(caption)),
    })
}

/// The first paragraph is the idea, what follows is said below it.
fn idea(line: u32, inner: &[Line<'_>]) -> Result<Idea, Problem> {
    let is_blank = |line: &Line<'_>| line.text.trim().is_empty();
    let begin = inner
        .iter()
        .position(|line| !is_blank(line))
        .unwrap_or(inner.len());
    let inner = inner.get(begin..).unwrap_or_default();
    let end = inner.iter().position(is_blank).unwrap_or(inner.len());
    let (says, more) = inner.split_at(end);
    if says.is_empty() {
        let expected = "the idea in a few words, an empty line, and perhaps a sentence";
        let place = "idea".to_owned();
        return Err(Problem::new(line, Fault::Empty { place, expected }));
    }
    Ok(Idea {
        line,
        says: text(&joined(says)),
        more: text(&joined(more)),
    })
}

fn note_at(at: &str) -> Option<NoteAt> {
    if at == "start" {
        return Some(NoteAt::Start);
    }
    let (what, which) = at.split_once(':')?;
    let number = || which.parse::<usize>().ok().filter(|&number| number > 0);
    Some(match what {
        "idea" => NoteAt::Idea(number()?),
        "figure" => NoteAt::Figure(number()?),
        "stop" => NoteAt::Stop(number()?),
        "question" => NoteAt::Question(number()?),
        "exercise" => NoteAt::Exercise(which.to_owned()),
        _ => return None,
    })
}
