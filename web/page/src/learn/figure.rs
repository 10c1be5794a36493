//! A lesson's figure: which units, which step, how it is drawn.

use super::lab_view::{KeysFor, LabView, Layout};
use super::lab_worker::LabWorker;
use super::labels::labels;
use super::present::room;
use super::{Numbers, lab_address, text};
use course::{Figure, KERNEL_BYTES, KERNEL_TYPES, Lesson, Show, UnitsFrom};
use lab::{Seek, Setup, StepName};
use protocol::figures::{bytes_text, grouped};
use protocol::lab::SetupSource;
use std::sync::Arc;
use yew::prelude::*;

/// What a figure is set up with.
pub fn source(lesson: &Lesson, figure: &Figure) -> SetupSource {
    source_of(&figure.from, lesson.figure_setup(figure))
}

/// A scenario, or the setup that a lesson describes.
pub fn source_of(from: &UnitsFrom, setup: Option<Setup>) -> SetupSource {
    match from {
        UnitsFrom::Scenario(slug) => SetupSource::Scenario(slug.clone()),
        _ => SetupSource::Setup(setup.unwrap_or_default()),
    }
}

/// The step at which a figure begins.
pub fn seek(step: StepName) -> Seek {
    match step {
        StepName::First => Seek::Start,
        StepName::Last => Seek::End,
        StepName::Number(step) => Seek::To(step),
        StepName::Pass(pass) => Seek::Pass(pass.saturating_sub(1)),
        name => Seek::Named(name),
    }
}

/// Whether a figure is a ladder, with the lab's bar of steps.
pub fn is_ladder(show: Show) -> bool {
    !matches!(show, Show::Bytes | Show::Strings)
}

/// How a figure is laid out; `ladder` is the layout of a ladder there.
pub fn layout(show: Show, ladder: Layout) -> Layout {
    match show {
        Show::Bytes => Layout::Bytes,
        Show::Strings => Layout::Strings,
        _ => ladder,
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub lesson: Arc<Lesson>,
    pub figure: Arc<Figure>,
    pub worker: LabWorker,
    /// Of the loaded kernel.
    pub numbers: Option<Numbers>,
}

/// A figure with its caption, and a link to the lab at the same step.
#[component]
pub fn FigureView(props: &Props) -> Html {
    let figure = &props.figure;
    let place = use_state(|| None::<(String, u32)>);
    let layout = layout(figure.show, Layout::Figure);
    let moved = {
        let place = place.setter();
        Callback::from(move |at| place.set(Some(at)))
    };
    let in_lab = match (&*place, &figure.from) {
        (Some((setup, step)), _) => Some(lab_address(setup, *step)),
        (None, UnitsFrom::Scenario(slug)) => Some(format!("#/learn/lab?scenario={slug}")),
        (None, _) => None,
    };
    html! {
        <figure class="lesson-figure">
            if figure.show == Show::Kernel { { kernel(props.numbers.as_ref()) } }
            <LabView worker={props.worker.clone()} from={source(&props.lesson, figure)}
                seek={seek(figure.step)} stops={room::stops(&props.lesson, figure)} layout={layout} keys={KeysFor::Steps} fast={figure.show == Show::FastPath} moved={moved} />
            <figcaption>{ text::marked(&figure.caption) }{ " " }
                if let Some(address) = in_lab { <a href={address}>{ labels(&props.lesson.language).in_lab }</a> }</figcaption>
        </figure>
    }
}

/// A kernel's numbers: of the loaded one, or of Debian's 6.1.
pub fn kernel(numbers: Option<&Numbers>) -> Html {
    let own = numbers.cloned().unwrap_or(Numbers {
        name: "Debian’s Linux 6.1 cloud kernel".to_owned(),
        units: None,
        types: KERNEL_TYPES,
        bytes: KERNEL_BYTES,
    });
    let row = |what: &'static str, before: String, after: String| {
        html! { <tr><th scope="row">{ what }</th><td class="num">{ before }</td><td class="num">{ after }</td></tr> }
    };
    html! {
        <table class="saved" aria-label="A kernel before and after dedup">
            <caption>{ own.name }{ own.units.map(|units| format!(", {} units", grouped(units))) }</caption>
            <thead><tr><th scope="col"><span class="vh">{ "What" }</span></th><th scope="col" class="num">{ "Before" }</th><th scope="col" class="num">{ "After" }</th></tr></thead>
            <tbody>
                { row("Types", grouped(own.types.0), grouped(own.types.1)) }
                { row("BTF", bytes_text(own.bytes.0), bytes_text(own.bytes.1)) }
            </tbody>
        </table>
    }
}
