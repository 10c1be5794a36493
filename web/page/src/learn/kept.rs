//! Answers of the student: in memory while the page is open, and on the device if the student wants that.

use crate::browser::{preference, remove_preference, set_preference};
use course::results::{Answers, ExerciseAnswer, QuestionAnswer};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Under which name the browser keeps them. Whether it has them says whether they are to be kept.
const NAME: &str = "answers";

/// Where an answer belongs: a lesson's slug, and the number of its question or of its exercise, from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub lesson: String,
    pub number: u32,
}

impl Place {
    /// What was answered there.
    pub fn question(&self) -> QuestionAnswer {
        let found = with(|answers| {
            let lesson = answers.lessons.get(&self.lesson)?;
            lesson.questions.get(&self.number).cloned()
        });
        found.unwrap_or_default()
    }

    /// What was typed there.
    pub fn exercise(&self) -> ExerciseAnswer {
        let found = with(|answers| {
            let lesson = answers.lessons.get(&self.lesson)?;
            lesson.exercises.get(&self.number).cloned()
        });
        found.unwrap_or_default()
    }

    /// Changes what was answered there.
    pub fn change_question(&self, edit: impl FnOnce(&mut QuestionAnswer)) {
        change(|answers| edit(answers.question(&self.lesson, self.number)));
    }

    /// Changes what was typed there.
    pub fn change_exercise(&self, edit: impl FnOnce(&mut ExerciseAnswer)) {
        change(|answers| edit(answers.exercise(&self.lesson, self.number)));
    }
}

thread_local! {
    static ANSWERS: RefCell<Option<Answers>> = const { RefCell::new(None) };
}

/// Looks at the answers.
pub fn with<T>(look: impl FnOnce(&Answers) -> T) -> T {
    ANSWERS.with_borrow_mut(|answers| {
        look(answers.get_or_insert_with(|| {
            let kept = preference(NAME);
            kept.map(|text| Answers::of_json(&text)).unwrap_or_default()
        }))
    })
}

/// Changes the answers, and keeps them if they are to be kept.
pub fn change(change: impl FnOnce(&mut Answers)) {
    // Reads what is kept first.
    with(|_| ());
    ANSWERS.with_borrow_mut(|answers| change(answers.get_or_insert_default()));
    if is_on() {
        write();
    }
}

/// Whether answers are kept on the device.
pub fn is_on() -> bool {
    preference(NAME).is_some()
}

/// Keeps answers on the device from now on, or no longer: then what was kept there is gone.
fn set_on(on: bool) {
    match on {
        true => write(),
        false => {
            with(|_| ());
            remove_preference(NAME);
        }
    }
}

fn write() {
    set_preference(NAME, &with(Answers::to_json));
}

/// Forgets all answers, here and on the device.
pub fn delete() {
    let on = is_on();
    ANSWERS.set(Some(Answers::default()));
    if on {
        write();
    }
}

#[derive(Clone, PartialEq, Properties)]
pub struct SwitchProps {
    /// Told when answers were deleted.
    #[prop_or_default]
    pub deleted: Callback<()>,
}

/// The switch that keeps answers on the device, and the button that deletes them.
#[component]
pub fn KeepSwitch(props: &SwitchProps) -> Html {
    let on = use_state(is_on);
    let says = use_state(|| "");
    let onchange = {
        let (on, says) = (on.clone(), says.clone());
        move |event: Event| {
            let Some(input) = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            let wanted = input.checked();
            set_on(wanted);
            says.set(match (wanted, is_on()) {
                (true, false) => {
                    "This browser keeps nothing for this page, so answers last until it is closed."
                }
                (true, true) => "Kept on this device, in this browser. They are sent nowhere.",
                (false, _) => "No longer kept. They last until the page is closed.",
            });
            on.set(is_on());
        }
    };
    let delete = {
        let (says, deleted) = (says.clone(), props.deleted.clone());
        move |_| {
            delete();
            says.set("Your answers are deleted.");
            deleted.emit(());
        }
    };
    html! {
        <div class="keep">
            <label class="tickbox"><input type="checkbox" checked={*on} onchange={onchange} />{ "Keep my answers on this device" }</label>
            <button type="button" class="btn btn--quiet" onclick={delete}>{ "Delete my answers" }</button>
            <p class="small dim" role="status">{ *says }</p>
        </div>
    }
}
