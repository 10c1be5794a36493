//! What the page itself asks the explorer about a result, and how it uses the answers.

use super::{App, Learn, ResultMsg, View};
use crate::work::Model;
use explore::questions::{ListLeftOut, ListRepeated, RepeatedRow, Rows};
use explore::{LeftOut, Query};
use js_sys::Uint8Array;
use protocol::explorer::{CHeader, ExplorerQuestion, UnitText, UnitTexts};
use std::rc::Rc;
use yew::{Callback, Context};

/// How many left-out functions the list shows at once; the search narrows it.
const ROWS: u32 = 200;

/// An answer about the result, or why there is none.
pub enum Answer {
    /// All types as C.
    CHeader(Result<Uint8Array, String>),
    /// Names that have several types.
    Repeated(Result<Vec<RepeatedRow>, String>),
    /// What units say of a type that goes to the laboratory.
    UnitTexts(Result<Vec<UnitText>, String>),
    /// Functions left out that fit.
    LeftOut(ListLeftOut, Result<Rows<LeftOut>, String>),
}

/// The list of left-out functions, if it is open.
pub struct LeftOutList {
    /// The question that the list shows the answer to.
    pub question: ListLeftOut,
    /// The rows; those of an earlier question until the answer comes.
    pub rows: Option<Rows<LeftOut>>,
}

/// Functions left out with this text in their names, and this reason.
pub fn left_out(text: String, reason: Option<String>) -> ListLeftOut {
    ListLeftOut {
        query: Query {
            text,
            ..Query::default()
        },
        reason,
        from: 0,
        count: ROWS,
    }
}

impl App {
    /// Asks for what a result lacks after it is shown.
    pub(super) fn ask_what_follows(&self, ctx: &Context<App>) {
        let Some(model) = &self.current.model else {
            return;
        };
        ask(ctx, model, ListRepeated, Answer::Repeated);
        model.prepare();
        if model.header.is_none() && model.header_failure.is_none() {
            ask(ctx, model, CHeader, Answer::CHeader);
        }
    }

    /// Asks what units say of a type, for the laboratory.
    pub(super) fn ask_to_lab(&mut self, ctx: &Context<App>, name: String) {
        if let Some(model) = &mut self.current.model {
            model.not_to_lab = None;
            ask(ctx, model, UnitTexts { name }, Answer::UnitTexts);
        }
    }

    /// Opens the list of functions left out of what is looked at, or asks it for others; closes it for `None`.
    pub(super) fn ask_left_out(&mut self, ctx: &Context<App>, question: Option<ListLeftOut>) {
        let Some(question) = question else {
            self.current.left_out = None;
            return;
        };
        // The worker knows a module once it was told of it.
        self.tell_modules();
        if let Some(model) = &self.current.model {
            let asked = question.clone();
            let answer = move |rows| Answer::LeftOut(asked.clone(), rows);
            match self.looked_at() {
                Some(name) => {
                    let then = then(ctx, model, answer);
                    model.client.of_module(name).ask(question.clone(), then);
                }
                None => ask(ctx, model, question.clone(), answer),
            }
        }
        // What is shown stays until the answer comes.
        let rows = self.current.left_out.take().and_then(|shown| shown.rows);
        self.current.left_out = Some(LeftOutList { question, rows });
    }

    /// Takes an answer. Returns whether the page must be drawn again.
    pub(super) fn on_answer(&mut self, answer: Answer) -> bool {
        let Some(model) = &mut self.current.model else {
            return false;
        };
        match answer {
            Answer::CHeader(Ok(bytes)) => model.set_header(&bytes),
            Answer::CHeader(Err(cause)) => model.header_failure = Some(cause),
            Answer::Repeated(Ok(rows)) => model.repeats = rows,
            // None are offered.
            Answer::Repeated(Err(_)) => return false,
            Answer::UnitTexts(Ok(texts)) => {
                self.current.unit_texts = Some(Rc::new(texts));
                self.show(View::Learn(Learn::Lab));
            }
            Answer::UnitTexts(Err(cause)) => model.not_to_lab = Some(cause),
            Answer::LeftOut(question, rows) => match &mut self.current.left_out {
                // An answer to an earlier letter of the search is late.
                Some(list) if list.question == question => {
                    list.rows = Some(rows.unwrap_or_default())
                }
                Some(_) | None => return false,
            },
        }
        true
    }
}

fn ask<Q: ExplorerQuestion>(
    ctx: &Context<App>,
    model: &Model,
    question: Q,
    answer: impl Fn(Result<Q::Answer, String>) -> Answer + 'static,
) {
    model.client.ask(question, then(ctx, model, answer));
}

/// Tells the page the answer, with the worker that gave it: a later result has another.
fn then<A: 'static>(
    ctx: &Context<App>,
    model: &Model,
    answer: impl Fn(Result<A, String>) -> Answer + 'static,
) -> Callback<Result<A, String>> {
    let worker = model.worker();
    (ctx.link()).callback(move |result| ResultMsg::Answer(worker, answer(result)))
}
