//! What is wrong with the BTF that a kernel's file and its modules' carry, why, and what to do.

use super::client::ExplorerClient;
use super::place;
use crate::app::View;
use crate::browser::{focus, save_text};
use doctor::readers::Asked;
use doctor::{Finding, Passed, Problem, Report, Severity};
use explore::Address;
use protocol::files::GivenFile;
use protocol::text::sentence;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Whose worker examines.
    pub client: Rc<ExplorerClient>,
    /// The kernel's file.
    pub kernel: GivenFileProp,
    /// The modules' files.
    pub modules: Vec<GivenFileProp>,
}

/// A file that the user gave, as a property: two are the same if the browser's objects are.
#[derive(Clone, Debug)]
pub struct GivenFileProp(pub GivenFile);

impl PartialEq for GivenFileProp {
    fn eq(&self, other: &GivenFileProp) -> bool {
        self.0.path == other.0.path && js_sys::Object::is(&self.0.file, &other.0.file)
    }
}

pub struct Doctor {
    report: Option<Result<Rc<Report>, String>>,
    /// Which examination the last answer must be of.
    asked: u32,
    shown: Option<Severity>,
    readers: Vec<Asked>,
    /// Why the text names no readers.
    not_asked: Option<String>,
}

pub enum Msg {
    /// The answer to an examination.
    Examined(u32, Result<Report, String>),
    /// Examine once more.
    Again,
    /// Show findings of this severity, or all.
    Show(Option<Severity>),
    /// Readers, as the user typed them.
    Readers(String),
    /// Save the report, as JSON or as Markdown.
    Save(bool),
}

impl Component for Doctor {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Doctor>) -> Doctor {
        let mut doctor = Doctor {
            report: None,
            asked: 0,
            shown: None,
            readers: Vec::new(),
            not_asked: None,
        };
        doctor.examine(ctx);
        doctor
    }

    fn changed(&mut self, ctx: &Context<Doctor>, old: &Props) -> bool {
        if ctx.props() == old {
            return false;
        }
        self.examine(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Doctor>, msg: Msg) -> bool {
        match msg {
            // Another examination was asked for since.
            Msg::Examined(asked, _) if asked != self.asked => return false,
            Msg::Examined(_, report) => self.report = Some(report.map(Rc::new)),
            Msg::Again => {
                self.report = None;
                self.examine(ctx);
                focus("title");
            }
            Msg::Show(severity) => self.shown = severity,
            Msg::Readers(text) => return self.take_readers(ctx, &text),
            Msg::Save(json) => {
                if let Some(Ok(report)) = &self.report {
                    save(report, json);
                }
                return false;
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Doctor>) -> Html {
        match &self.report {
            None => html! {
                <><h1 id="title" tabindex="-1">{ "Doctor" }</h1>
                    <p class="sub" role="status">{ format!("Examining {}…", ctx.props().kernel.0.path) }</p></>
            },
            Some(Err(cause)) => html! {
                <><h1 id="title" tabindex="-1">{ "Doctor" }</h1>
                    <p class="note note--error" role="alert">{ sentence(cause) }</p></>
            },
            Some(Ok(report)) => self.report(ctx, report),
        }
    }
}

impl Doctor {
    fn examine(&mut self, ctx: &Context<Doctor>) {
        self.asked += 1;
        let asked = self.asked;
        let then = ctx
            .link()
            .callback(move |report| Msg::Examined(asked, report));
        let Props {
            client,
            kernel,
            modules,
        } = ctx.props();
        let modules = modules.iter().map(|module| module.0.clone()).collect();
        client.examine(kernel.0.clone(), modules, self.readers.clone(), then);
    }

    fn take_readers(&mut self, ctx: &Context<Doctor>, text: &str) -> bool {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        match parts.map(str::parse).collect::<Result<Vec<Asked>, _>>() {
            Ok(readers) => {
                self.not_asked = None;
                if readers != self.readers {
                    self.readers = readers;
                    self.examine(ctx);
                }
            }
            Err(error) => self.not_asked = Some(sentence(&error.to_string())),
        }
        true
    }

    fn report(&self, ctx: &Context<Doctor>, report: &Report) -> Html {
        let link = ctx.link();
        let healthy = report.findings.is_empty();
        let shown = report.findings.iter();
        let shown = shown.filter(|one| self.shown.is_none_or(|shown| one.severity() == shown));
        let save = |json: bool| link.callback(move |_: MouseEvent| Msg::Save(json));
        html! {
            <>
                <div class="sum">
                    <div>
                        <h1 id="title" tabindex="-1">
                            if healthy { <span class="sev--ok" aria-hidden="true">{ "✓ " }</span> }
                            { report.heading() }
                        </h1>
                        <p class="lead">{ report.subject() }</p>
                    </div>
                    <div class="acts no-print">
                        <button type="button" class="btn" onclick={save(false)}>{ "Save report (Markdown)" }</button>
                        <button type="button" class="btn" onclick={save(true)}>{ "Save findings (JSON)" }</button>
                        <button type="button" class="btn" onclick={link.callback(|_| Msg::Again)}>{ "Check again" }</button>
                    </div>
                </div>
                <div class="bar2 no-print">
                    if !healthy { { self.filter(ctx, report) } }
                    { self.readers_field(ctx) }
                </div>
                if let Some(cause) = &self.not_asked {
                    <p class="note note--warn" role="alert">{ cause }</p>
                }
                { for shown.enumerate().map(|(at, one)| finding(at, one)) }
                { passed(&report.passed) }
                <p class="vh" role="status" aria-live="polite">{ report.heading() }</p>
            </>
        }
    }

    fn filter(&self, ctx: &Context<Doctor>, report: &Report) -> Html {
        let choices = [
            (None, "All", report.findings.len()),
            (
                Some(Severity::Error),
                "Errors",
                report.count(Severity::Error),
            ),
            (
                Some(Severity::Warning),
                "Warnings",
                report.count(Severity::Warning),
            ),
        ];
        html! {
            <div class="seg" role="group" aria-label="Show">
                { for choices.into_iter().map(|(severity, title, count)| html! {
                    <button type="button" aria-pressed={(self.shown == severity).to_string()}
                        onclick={ctx.link().callback(move |_| Msg::Show(severity))}>{ format!("{title} {count}") }</button>
                }) }
            </div>
        }
    }

    fn readers_field(&self, ctx: &Context<Doctor>) -> Html {
        let typed = ctx.link().batch_callback(|event: Event| {
            let field = event.target_dyn_into::<HtmlInputElement>()?;
            Some(Msg::Readers(field.value()))
        });
        html! {
            <label class="for">{ "Must be readable by" }
                <input type="text" class="field" id="readers" placeholder="libbpf=1.5, cilium=0.11, kernel=6.6"
                    spellcheck="false" autocomplete="off" onchange={typed} aria-invalid={self.not_asked.is_some().to_string()} />
            </label>
        }
    }
}

/// Saves the report.
fn save(report: &Report, json: bool) {
    let stem = &report.kernel;
    // A browser that does not save says so itself.
    let _ = if json {
        let text = serde_json::to_string_pretty(&report.json()).unwrap_or_default();
        save_text(&format!("{stem}.findings.json"), "application/json", &text)
    } else {
        save_text(
            &format!("{stem}.report.md"),
            "text/markdown",
            &report.markdown(),
        )
    };
}

fn finding(at: usize, one: &Finding) -> Html {
    let (sign, word) = match one.severity() {
        Severity::Error => ("✕", "Error"),
        Severity::Warning => ("!", "Warning"),
    };
    let id = format!("finding-{at}");
    let lines = one.evidence();
    let what = match one.evidence_heading() {
        what if what.is_empty() => "Evidence".to_owned(),
        what => what,
    };
    html! {
        <article class="finding" aria-labelledby={id.clone()}>
            <p class={classes!("sev", format!("sev--{}", one.severity().word()))}><i aria-hidden="true">{ sign }</i>{ word }</p>
            <div>
                <h2 {id}>{ one.heading() }</h2>
                <dl class="ev">
                    <dt>{ "Cause" }</dt><dd>{ one.cause() }</dd>
                    <dt>{ "Fix" }</dt><dd>{ quoted(&one.fix()) }</dd>
                </dl>
                if !lines.is_empty() {
                    <details><summary>{ what }</summary><pre class="evidence" tabindex="0">{ lines.join("\n") }</pre></details>
                }
            </div>
            { action(&one.problem) }
        </article>
    }
}

/// Where the page shows more of it.
fn action(problem: &Problem) -> Html {
    match problem {
        Problem::CoreTypeRepeated { title, .. } => {
            let (word, name) = title.split_once(' ').unwrap_or(("struct", title));
            let address = Address {
                word: word.to_owned(),
                name: name.to_owned(),
                nth: 1,
            };
            html! { <a class="btn" href={place::why(&address)}>{ "See why" }</a> }
        }
        Problem::KfuncsUntagged { .. }
        | Problem::ImplicitArguments { .. }
        | Problem::KfuncsWithoutFunction { .. }
        | Problem::FunctionsMissing { .. } => {
            html! { <a class="btn" href={View::Functions.address().into_owned()}>{ "Functions" }</a> }
        }
        Problem::OtherBase { .. } | Problem::BaseDoesNotFit { .. } => {
            html! { <a class="btn" href={View::Modules.address().into_owned()}>{ "Modules" }</a> }
        }
        _ => Html::default(),
    }
}

/// Text in which backticks enclose commands.
fn quoted(text: &str) -> Html {
    let parts = text.split('`').enumerate();
    html! {
        { for parts.map(|(at, part)| match at % 2 {
            0 => html! { { part } },
            _ => html! { <code>{ part }</code> },
        }) }
    }
}

fn passed(all: &[Passed]) -> Html {
    let heading = match all.len() {
        0 => return Html::default(),
        1 => "1 check passed".to_owned(),
        many => format!("{many} checks passed"),
    };
    html! {
        <section class="passed">
            <h2 id="passed">{ heading }</h2>
            <table aria-labelledby="passed"><thead class="vh"><tr><th scope="col">{ "Result" }</th><th scope="col">{ "Check" }</th><th scope="col">{ "What the doctor examined" }</th></tr></thead>
                <tbody>{ for all.iter().map(|one| html! {
                    <tr><td><span class="sev sev--ok"><i aria-hidden="true">{ "✓" }</i>{ "Passed" }</span></td>
                        <th scope="row">{ &one.check }</th><td>{ &one.text }</td></tr>
                }) }</tbody></table>
        </section>
    }
}
