//! Whether what a lesson refers to is there: sets of units, places of notes, words, lessons.

use crate::{Content, Fault, Figure, Lesson, NoteAt, Problem, Prose, Span, Text, UnitsFrom};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Replaces parts that refer to what is missing, and notes the rest.
pub(super) fn check(lesson: &mut Lesson) {
    let sets: Vec<String> = lesson.sets.iter().map(|set| set.name.clone()).collect();
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    for part in &mut lesson.parts {
        let (name, from, base) = match &part.content {
            Content::Figure(figure) => ("figure".to_owned(), Some(&figure.from), &figure.base),
            Content::Stop(stop) => (
                "stop".to_owned(),
                Some(&stop.figure.from),
                &stop.figure.base,
            ),
            Content::Exercise(exercise) => (
                format!("exercise {:?}", exercise.id),
                Some(&exercise.start),
                &exercise.base,
            ),
            _ => continue,
        };
        let own = match from {
            Some(UnitsFrom::Set(set)) => Some(set),
            _ => None,
        };
        let missing = own.into_iter().chain(base).find(|set| !sets.contains(set));
        let fault = match (missing, &part.content) {
            (Some(set), _) => Some(Fault::NoSet {
                place: name,
                set: set.clone(),
                known: sets.iter().take(8).cloned().collect::<Vec<_>>().join(", "),
            }),
            (None, Content::Exercise(exercise)) if !ids.insert(exercise.id.clone()) => {
                Some(Fault::IdTwice(exercise.id.clone()))
            }
            _ => None,
        };
        if let Some(fault) = fault {
            let problem = Problem::new(part.line, fault);
            found.push(problem.clone());
            part.content = Content::Faulty(problem);
        }
    }
    notes(lesson, &mut found);
    words(lesson, &mut found);
    lesson.problems.append(&mut found);
}

/// Notes that nobody would see.
fn notes(lesson: &Lesson, found: &mut Vec<Problem>) {
    let counted = |what: &str, number: usize, have: usize| {
        let are = match have {
            0 => format!("there is no {what}"),
            1 => format!("there is 1 {what}"),
            _ => format!("there are {have} {what}s"),
        };
        (number > have).then(|| (format!("{what}:{number}"), are))
    };
    for note in &lesson.notes {
        let missing = match &note.at {
            NoteAt::Start => None,
            NoteAt::Idea(number) => counted("idea", *number, lesson.ideas.len()),
            NoteAt::Figure(number) => counted("figure", *number, lesson.figures().count()),
            NoteAt::Stop(number) => counted("stop", *number, lesson.stops().count()),
            NoteAt::Question(number) => counted("question", *number, lesson.questions().count()),
            NoteAt::Exercise(id) => {
                let is_there = lesson.exercises().any(|exercise| exercise.id == *id);
                (!is_there).then(|| {
                    (
                        format!("exercise:{id}"),
                        "no exercise has that id".to_owned(),
                    )
                })
            }
        };
        if let Some((at, have)) = missing {
            found.push(Problem::new(
                note.line,
                Fault::NoteNowhere { at, found: have },
            ));
        }
    }
}

/// Words and lessons that links lead to.
fn words(lesson: &Lesson, found: &mut Vec<Problem>) {
    let own: BTreeSet<String> = lesson
        .terms
        .iter()
        .map(|term| crate::anchor(&term.word))
        .collect();
    for (line, text) in all_texts(lesson) {
        text.visit(&mut |span| {
            let fault = match span {
                Span::Term(_, word) if !own.contains(word) && crate::term(word).is_none() => {
                    Fault::NoTerm(word.clone())
                }
                Span::Lesson(_, slug) if !crate::SLUGS.contains(&slug.as_str()) => {
                    Fault::NoLesson(slug.clone())
                }
                _ => return,
            };
            found.push(Problem::new(line, fault));
        });
    }
}

/// All texts of a lesson, with the lines on which they begin, as far as these are known.
pub(super) fn all_texts(lesson: &Lesson) -> Vec<(u32, &Text)> {
    let mut all: Vec<(u32, &Text)> = Vec::new();
    for part in &lesson.parts {
        texts(part.line, &part.content, &mut all);
    }
    for idea in &lesson.ideas {
        all.extend([(idea.line, &idea.says), (idea.line, &idea.more)]);
    }
    for note in &lesson.notes {
        note.text
            .iter()
            .for_each(|prose| prose_texts(note.line, prose, &mut all));
    }
    all
}

/// All texts of a part, with the lines of those that have lines of their own.
fn texts<'a>(line: u32, content: &'a Content, all: &mut Vec<(u32, &'a Text)>) {
    let figure = |figure: &'a Figure| (line, &figure.caption);
    let question = match content {
        Content::Prose(prose) => return prose_texts(line, prose, all),
        Content::Figure(own) => return all.push(figure(own)),
        Content::Term(term) => return all.push((line, &term.means)),
        Content::Exercise(exercise) => {
            all.push((line, &exercise.task));
            return all.extend(exercise.hints.iter().map(|hint| (line, hint)));
        }
        Content::Question(question) => Arc::as_ref(question),
        Content::Stop(stop) => Arc::as_ref(&stop.question),
        Content::Unit(_) | Content::Faulty(_) => return,
    };
    all.push((line, &question.ask));
    for choice in &question.choices {
        all.extend([(choice.line, &choice.says), (choice.line, &choice.feedback)]);
    }
}

/// As deep as the reader lets lists and quotations be.
fn prose_texts<'a>(line: u32, prose: &'a Prose, all: &mut Vec<(u32, &'a Text)>) {
    match prose {
        Prose::Heading(_, text) | Prose::Paragraph(text) => all.push((line, text)),
        Prose::List(_, items) => {
            items
                .iter()
                .flatten()
                .for_each(|inner| prose_texts(line, inner, all));
        }
        Prose::Quote(inner) => inner.iter().for_each(|inner| prose_texts(line, inner, all)),
        Prose::Code(_) => {}
    }
}
