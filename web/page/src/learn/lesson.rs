//! A lesson: text, figures, questions, exercises.

use super::figure::{FigureView, source_of};
use super::kept::Place;
use super::lab_view::{LabView, Layout};
use super::lab_worker::LabWorker;
use super::labels::{Labels, labels};
use super::lesson_file::Actions;
use super::present::room;
use super::question::{Ask, seed};
use super::{Numbers, opened, problems, text};
use crate::app::{Learn, LessonAt, View};
use crate::browser::hash;
use course::{Content, Exercise, Lesson, NoteAt, SLUGS, TITLES, languages, lesson_in, lessons};
use lab::Seek;
use std::sync::Arc;
use yew::prelude::*;

/// The language that the address names, if the lesson is there in it; else English.
pub fn language(at: LessonAt) -> String {
    let hash = hash();
    let query = hash.split_once('?').map_or("", |(_, query)| query);
    let asked = query.split('&').find_map(|part| part.strip_prefix("lang="));
    match (at, asked) {
        (LessonAt::Own(at), Some(asked)) if lesson_in(at, asked).is_some() => asked.to_owned(),
        _ => "en".to_owned(),
    }
}

/// A lesson, in the language that the address names.
pub fn find(at: LessonAt) -> Option<Arc<Lesson>> {
    match at {
        LessonAt::Own(own) => lesson_in(own, &language(at)).cloned(),
        LessonAt::Opened => opened::current().map(|opened| opened.lesson),
    }
}

/// A lesson of the course, or the one that was opened.
pub fn view(at: LessonAt, worker: &LabWorker, numbers: Option<&Numbers>, actions: Actions) -> Html {
    let Some(lesson) = find(at) else {
        return Html::default();
    };
    let words = labels(&lesson.language);
    let minutes = lesson
        .minutes
        .map(|minutes| format!("{minutes} {}", words.minutes));
    let eye: Vec<String> = match at {
        LessonAt::Own(at) => vec![format!(
            "{} {} {} {}",
            words.lesson,
            at + 1,
            words.of,
            SLUGS.len()
        )],
        LessonAt::Opened => lesson
            .author
            .iter()
            .chain(&lesson.license)
            .cloned()
            .collect(),
    };
    let eye: Vec<String> = eye.into_iter().chain(minutes).collect();
    let opened = (at == LessonAt::Opened).then(opened::current).flatten();
    let key = match &opened {
        Some(opened) => format!("{:?}", opened.origin),
        None => format!("{} {}", lesson.slug, lesson.language),
    };
    html! {
        <article class="lesson" {key} lang={lesson.language.clone()}>
            <div class="lesson-top"><p class="eye">{ eye.join(", ") }</p>{ switch(at, &lesson.language) }</div>
            <h1 id="title" tabindex="-1">{ if lesson.title.is_empty() { "A lesson without a title" } else { &lesson.title } }</h1>
            if let Some(opened) = opened { { problems::list(&opened.name, &lesson) } }
            { needs(&lesson) }
            { body(&lesson, worker, numbers, words) }
            <footer class="lesson-foot">
                if !lesson.sources.is_empty() {
                    <p class="sources">{ words.sources }{ " " }{ for lesson.sources.iter().map(|source| html! {
                        <a href={source.url.clone()} rel="noreferrer" target="_blank">{ &source.title }</a> }) }</p>
                }
                { notes(&lesson, words) }
                { nav(at, words, actions) }
            </footer>
        </article>
    }
}

/// The languages of a lesson, if there are several.
fn switch(at: LessonAt, language: &str) -> Html {
    let LessonAt::Own(own) = at else {
        return Html::default();
    };
    if languages(own).count() < 2 {
        return Html::default();
    }
    let address = View::Learn(Learn::Lesson(at)).address();
    let link = |(code, name): (&'static str, &'static str)| {
        let to = match code {
            "en" => address.to_string(),
            code => format!("{address}?lang={code}"),
        };
        html! { <a href={to} lang={code} hreflang={code} aria-current={(code == language).then_some("true")}>{ name }</a> }
    };
    html! { <nav class="languages" aria-label="Language">{ for languages(own).map(link) }</nav> }
}

/// Lessons to read first.
fn needs(lesson: &Lesson) -> Html {
    let known = lesson.needs.iter().filter_map(|slug| {
        let at = SLUGS.iter().position(|own| own == slug)?;
        let address = View::Learn(Learn::Lesson(LessonAt::Own(at)))
            .address()
            .into_owned();
        Some(html! { <a href={address}>{ *TITLES.get(at)? }</a> })
    });
    let known: Vec<Html> = known.collect();
    if known.is_empty() {
        return Html::default();
    }
    html! { <p class="lesson-needs dim" lang="en">{ "Read first: " }{ for known.into_iter().map(|link| html! { <>{ link }{ " " }</> }) }</p> }
}

fn nav(at: LessonAt, words: &Labels, actions: Actions) -> Html {
    let address = |at: usize| {
        View::Learn(Learn::Lesson(LessonAt::Own(at)))
            .address()
            .into_owned()
    };
    let beside = |other: Option<usize>| other.and_then(|at| Some((address(at), TITLES.get(at)?)));
    let (previous, next) = match at {
        LessonAt::Own(at) => (beside(at.checked_sub(1)), beside(Some(at + 1))),
        LessonAt::Opened => (None, None),
    };
    html! {
        <>
            <nav class="lesson-nav" aria-label="Lessons">
                if let Some((address, title)) = previous { <a class="btn" href={address} lang="en">{ format!("← {title}") }</a> }
                <a class="btn" href={View::Learn(Learn::Course).address().into_owned()}>{ words.all_lessons }</a>
                <a class="btn" href={View::Learn(Learn::Screen(at, 0)).target().into_owned()}>{ words.present }</a>
                <button type="button" class="btn btn--quiet" onclick={actions.copy}>{ words.copy_link }</button>
                <button type="button" class="btn btn--quiet" onclick={actions.save}>{ words.save }</button>
                if let Some((address, title)) = next { <a class="btn btn--primary" href={address} lang="en">{ format!("{title} →") }</a> }
            </nav>
            if let Some(said) = actions.said { <p class="said" role="status" lang="en">{ said }</p> }
        </>
    }
}

/// What the presenter wants to say: closed, so that readers and printers get it only if they ask.
fn notes(lesson: &Arc<Lesson>, words: &Labels) -> Html {
    if lesson.notes.is_empty() {
        return Html::default();
    }
    let place = |at: &NoteAt| match at {
        NoteAt::Start => lesson.title.clone(),
        NoteAt::Idea(number) => format!("{number}"),
        NoteAt::Figure(number) => format!("Figure {number}"),
        NoteAt::Stop(number) => format!("Stop {number}"),
        NoteAt::Question(number) => format!("{} {number}", words.predict),
        NoteAt::Exercise(id) => format!("{} {id}", words.task),
    };
    let note = |note: &course::Note| {
        html! { <><h3>{ place(&note.at) }</h3>{ for note.text.iter().map(|prose| text::prose(prose, lesson)) }</> }
    };
    html! { <details class="lesson-notes"><summary>{ words.notes }</summary><div class="prose">{ for lesson.notes.iter().map(note) }</div></details> }
}

/// Parts that are drawn beside each other.
#[derive(Default)]
struct Section<'l> {
    text: Vec<&'l Content>,
    figures: Vec<&'l Content>,
    tasks: Vec<&'l Content>,
}

/// The parts of a lesson in sections: text with the figures behind it, those of stops too; questions and exercises that follow
/// each other.
fn sections(lesson: &Lesson) -> Vec<Section<'_>> {
    let mut all: Vec<Section<'_>> = Vec::new();
    for part in &lesson.parts {
        let content = &part.content;
        // A figure with the same units asks it at its step.
        if matches!(content, Content::Stop(stop) if lesson.figures().any(|figure| room::belongs(stop, figure)))
        {
            continue;
        }
        let is_task = matches!(content, Content::Question(_) | Content::Exercise(_));
        let is_figure = matches!(content, Content::Figure(_) | Content::Stop(_));
        let goes_on = all.last().is_some_and(|last| match (is_task, is_figure) {
            (true, _) => !last.tasks.is_empty(),
            (_, true) => last.tasks.is_empty(),
            _ => last.tasks.is_empty() && last.figures.is_empty(),
        });
        if !goes_on {
            all.push(Section::default());
        }
        if let Some(last) = all.last_mut() {
            let parts = match (is_task, is_figure) {
                (true, _) => &mut last.tasks,
                (_, true) => &mut last.figures,
                _ => &mut last.text,
            };
            parts.push(content);
        }
    }
    all
}

fn body(
    lesson: &Arc<Lesson>,
    worker: &LabWorker,
    numbers: Option<&Numbers>,
    words: &'static Labels,
) -> Html {
    let mut counted = Counted::default();
    let figure = |figure: &Arc<course::Figure>| {
        html! { <FigureView lesson={lesson.clone()} figure={figure.clone()} worker={worker.clone()} numbers={numbers.cloned()} /> }
    };
    let places = |number| {
        let lesson = kept_as(lesson)?;
        Some(Place { lesson, number })
    };
    let (mut asked, mut tasks) = ((0..).map_while(places), (0..).map_while(places));
    let question = |question: &Arc<course::Question>, id: String, kept: Option<Place>| {
        html! { <section aria-labelledby={id.clone()}><h2 id={id.clone()}>{ words.predict }</h2>
        <Ask question={question.clone()} name={id} seed={seed()} language={lesson.language.clone()} {kept} /></section> }
    };
    let mut part = |content: &Content| match content {
        Content::Prose(prose) => text::prose(prose, lesson),
        Content::Unit(unit) => html! {
            <div class="lesson-unit"><p class="eye">{ format!("{} {}", words.unit, unit.name) }</p><pre class="code">{ &unit.text }</pre></div>
        },
        Content::Term(term) => html! { <p class="gloss">{ text::marked(&term.means) }</p> },
        Content::Faulty(problem) => problems::in_place(problem),
        Content::Figure(own) => figure(own),
        Content::Question(own) => question(own, counted.id("predict"), asked.next()),
        // The figure asks it at its step.
        Content::Stop(stop) => figure(&stop.figure),
        Content::Exercise(own) => {
            let id = counted.id("exercise");
            html! { <section aria-labelledby={id.clone()}><h2 {id}>{ words.task }</h2>{ exercise(lesson, own, worker, tasks.next()) }</section> }
        }
    };
    let mut all = |contents: &[&Content]| {
        contents
            .iter()
            .map(|content| part(content))
            .collect::<Html>()
    };
    let section = |section: Section<'_>| match (
        section.tasks.as_slice(),
        section.figures.as_slice(),
    ) {
        ([], []) => html! { <div class="prose lesson-text">{ all(&section.text) }</div> },
        ([], figures) => html! {
            <div class="lesson-cols"><div class="prose">{ all(&section.text) }</div><div>{ all(figures) }</div></div>
        },
        (tasks, _) => html! { <div class="lesson-tasks">{ all(tasks) }</div> },
    };
    sections(lesson).into_iter().map(section).collect()
}

/// Ids for headings of which a lesson may have several.
#[derive(Default)]
struct Counted(std::collections::BTreeMap<&'static str, usize>);

impl Counted {
    /// The id of the next one: without a number if it is the first.
    fn id(&mut self, name: &'static str) -> String {
        let count = self.0.entry(name).or_insert(0);
        *count += 1;
        match *count {
            1 => name.to_owned(),
            more => format!("{name}-{more}"),
        }
    }
}

/// The name under which answers in a lesson are kept. One of a file is never one of the course; without a name it could be
/// any other.
fn kept_as(lesson: &Lesson) -> Option<String> {
    let opened = opened::current().is_some_and(|opened| *opened.lesson == *lesson);
    match (lesson.slug.as_str(), opened) {
        ("", _) => None,
        (slug, true) => Some(format!("own-{slug}")),
        (slug, false) => Some(slug.to_owned()),
    }
}

fn exercise(
    lesson: &Lesson,
    exercise: &Arc<Exercise>,
    worker: &LabWorker,
    kept: Option<Place>,
) -> Html {
    html! {
        <LabView worker={worker.clone()} from={source_of(&exercise.start, lesson.exercise_setup(exercise))} seek={Seek::End}
            layout={Layout::Task} task={exercise.clone()} {kept} />
    }
}

/// The lessons of the course, for lists.
pub fn own() -> impl Iterator<Item = (LessonAt, &'static Arc<Lesson>)> {
    let all = lessons().iter().enumerate();
    all.map(|(at, lesson)| (LessonAt::Own(at), lesson))
}
