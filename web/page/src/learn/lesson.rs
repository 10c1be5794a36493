//! A lesson: text, figures, questions, exercises.

use super::figure::{FigureView, source};
use super::lab_view::{LabView, Layout};
use super::lab_worker::LabWorker;
use super::question::Ask;
use super::{Numbers, text};
use crate::app::{Learn, View};
use course::{Content, Exercise, Lesson, SLUGS, TITLES, lessons};
use lab::Seek;
use std::sync::Arc;
use yew::prelude::*;

/// The lesson of this number, from 0.
pub fn view(at: usize, worker: &LabWorker, numbers: Option<&Numbers>) -> Html {
    let Some(lesson) = lessons().get(at) else {
        return Html::default();
    };
    let address = |at: usize| View::Learn(Learn::Lesson(at)).address().into_owned();
    let previous = at
        .checked_sub(1)
        .and_then(|at| Some((address(at), TITLES.get(at)?)));
    let next = TITLES.get(at + 1).map(|title| (address(at + 1), title));
    let minutes = lesson.minutes.map(|minutes| format!(", {minutes} minutes"));
    html! {
        <article class="lesson" key={lesson.slug.clone()}>
            <p class="eye">{ format!("Lesson {} of {}{}", at + 1, SLUGS.len(), minutes.unwrap_or_default()) }</p>
            <h1 id="title" tabindex="-1">{ &lesson.title }</h1>
            { body(lesson, worker, numbers) }
            <footer class="lesson-foot">
                <p class="sources">{ "Sources: " }{ for lesson.sources.iter().map(|source| html! {
                    <a href={source.url.clone()} rel="noreferrer" target="_blank">{ &source.title }</a> }) }</p>
                <nav class="lesson-nav" aria-label="Lessons">
                    if let Some((address, title)) = previous { <a class="btn" href={address}>{ format!("← {title}") }</a> }
                    <a class="btn" href={View::Learn(Learn::Course).address().into_owned()}>{ "All lessons" }</a>
                    <a class="btn" href={View::Learn(Learn::Screen(at, 0)).address().into_owned()}>{ "Present" }</a>
                    if let Some((address, title)) = next { <a class="btn btn--primary" href={address}>{ format!("{title} →") }</a> }
                </nav>
            </footer>
        </article>
    }
}

/// Parts that are drawn beside each other.
#[derive(Default)]
struct Section<'l> {
    text: Vec<&'l Content>,
    figures: Vec<&'l Content>,
    tasks: Vec<&'l Content>,
}

/// The parts of a lesson in sections: text with the figures behind it, or questions and exercises that follow each other.
fn sections(lesson: &Lesson) -> Vec<Section<'_>> {
    let mut all: Vec<Section<'_>> = Vec::new();
    for part in &lesson.parts {
        let content = &part.content;
        let is_task = matches!(
            content,
            Content::Question(_) | Content::Exercise(_) | Content::Stop(_)
        );
        let is_figure = matches!(content, Content::Figure(_));
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

fn body(lesson: &Arc<Lesson>, worker: &LabWorker, numbers: Option<&Numbers>) -> Html {
    let mut counted = Counted::default();
    let mut part = |content: &Content| match content {
        Content::Prose(prose) => text::prose(prose, lesson),
        Content::Unit(unit) => html! {
            <div class="lesson-unit"><p class="eye">{ format!("Unit {}", unit.name) }</p><pre class="code">{ &unit.text }</pre></div>
        },
        Content::Term(term) => html! { <p class="gloss">{ text::marked(&term.means) }</p> },
        Content::Faulty(problem) => {
            html! { <p class="note note--error">{ problem.to_string() }</p> }
        }
        Content::Figure(figure) => html! {
            <FigureView lesson={lesson.clone()} figure={figure.clone()} worker={worker.clone()} numbers={numbers.cloned()} />
        },
        Content::Question(question) => {
            let id = counted.id("predict");
            html! { <section aria-labelledby={id.clone()}><h2 id={id.clone()}>{ "Predict" }</h2>
            <Ask question={question.clone()} name={id} seed=0 /></section> }
        }
        Content::Stop(stop) => {
            let id = counted.id("predict");
            html! { <section aria-labelledby={id.clone()}><h2 id={id.clone()}>{ "Predict" }</h2>
            <Ask question={Arc::new(stop.question.clone())} name={id} seed=0 /></section> }
        }
        Content::Exercise(own) => {
            let id = counted.id("exercise");
            html! { <section aria-labelledby={id.clone()}><h2 {id}>{ "Task" }</h2>{ exercise(lesson, own, worker) }</section> }
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
        ([], []) => html! { <div class="prose">{ all(&section.text) }</div> },
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

fn exercise(lesson: &Lesson, exercise: &Arc<Exercise>, worker: &LabWorker) -> Html {
    html! {
        <LabView worker={worker.clone()} from={source(lesson, &exercise.start, &exercise.switches)} seek={Seek::End}
            layout={Layout::Task} task={exercise.clone()} />
    }
}
