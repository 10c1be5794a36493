//! Results of a class: codes and files become a table.

use crate::browser::{describe, save_text};
use course::SLUGS;
use course::results::{Class, Found, Outcome, Results, Row, find};
use std::cmp::Reverse;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What the rows are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The order of the codes.
    #[default]
    Given,
    Name,
    Right,
    Column(usize),
}

#[derive(Default)]
pub struct ClassResults {
    text: String,
    /// Files that were opened, each with its results or why there are none.
    files: Vec<(String, Result<Results, String>)>,
    found: Found,
    class: Class,
    by: By,
    reversed: bool,
    says: String,
}

pub enum Msg {
    Text(String),
    Open(Vec<File>),
    /// The text of a file, or why it cannot be read.
    Opened(String, Result<String, String>),
    Sort(By),
    Save,
    Clear,
}

impl Component for ClassResults {
    type Message = Msg;
    type Properties = ();

    fn create(_: &Context<ClassResults>) -> ClassResults {
        ClassResults::default()
    }

    fn update(&mut self, ctx: &Context<ClassResults>, msg: Msg) -> bool {
        match msg {
            Msg::Text(text) => {
                self.text = text;
                self.count();
            }
            Msg::Open(files) => {
                for file in files {
                    ctx.link().send_future(async move {
                        let text = JsFuture::from(file.text()).await;
                        let text = text.map(|text| text.as_string().unwrap_or_default());
                        Msg::Opened(file.name(), text.map_err(|error| describe(&error)))
                    });
                }
                return false;
            }
            Msg::Opened(name, text) => {
                self.opened(name, text);
                self.count();
            }
            Msg::Sort(by) => {
                self.reversed = self.by == by && !self.reversed;
                self.by = by;
            }
            Msg::Save => {
                self.says = match save_text("class.csv", "text/csv", &self.class.csv()) {
                    Ok(()) => String::new(),
                    Err(cause) => format!("The table could not be saved: {cause}."),
                };
            }
            Msg::Clear => *self = ClassResults::default(),
        }
        true
    }

    fn view(&self, ctx: &Context<ClassResults>) -> Html {
        let link = ctx.link();
        let oninput = link.batch_callback(|event: InputEvent| {
            let area = event.target()?.dyn_into::<HtmlTextAreaElement>().ok()?;
            Some(Msg::Text(area.value()))
        });
        let onchange = link.batch_callback(|event: Event| {
            let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
            let list = input.files()?;
            let files = (0..list.length()).filter_map(|at| list.get(at)).collect();
            // So that the same file can be chosen again.
            input.set_value("");
            Some(Msg::Open(files))
        });
        let is_empty = self.text.is_empty() && self.files.is_empty();
        html! {
            <div class="class-results">
                <h1 id="title" tabindex="-1">{ "Results of a class" }</h1>
                <p class="lead-note">{ "Paste the codes of your students, one a line or all of a chat: the codes are found in it. Or open their files answers.json. All of this stays on this page: nothing is sent anywhere, and it works offline." }</p>
                <p><label for="codes">{ "Codes" }</label></p>
                <textarea id="codes" class="code" spellcheck="false" autocomplete="off" value={self.text.clone()} {oninput}
                    placeholder="BTFS-…" />
                <p class="acts"><label for="files">{ "Files of answers" }</label>
                    <input id="files" type="file" multiple=true accept=".json,.txt,application/json,text/plain" {onchange} />
                    if !is_empty { <button type="button" class="btn btn--quiet" onclick={link.callback(|_| Msg::Clear)}>{ "Clear" }</button> }</p>
                <div role="status">{ self.summary() }</div>
                { self.faults() }
                if !self.class.rows.is_empty() { { self.table(link) } }
            </div>
        }
    }
}

impl ClassResults {
    /// Takes the results of a file: of answers, or of text with codes in it.
    fn opened(&mut self, name: String, text: Result<String, String>) {
        let text = match text {
            Ok(text) => text,
            Err(cause) => return self.files.push((name, Err(cause))),
        };
        match Results::from_file(&text) {
            Ok(results) => self.files.push((name, Ok(results))),
            Err(why) => {
                let found = find(&text);
                if found.results.is_empty() && found.damaged.is_empty() {
                    self.files.push((name, Err(why.to_string())));
                    return;
                }
                let rows = found.results.into_iter();
                let rows = rows.map(|(line, own)| (format!("{name}, line {line}"), Ok(own)));
                self.files.extend(rows.collect::<Vec<_>>());
                let damaged = found.damaged.into_iter();
                let damaged = damaged.map(|damaged| {
                    let place = format!("{name}, line {}", damaged.line);
                    (place, Err(damaged.why.to_string()))
                });
                self.files.extend(damaged.collect::<Vec<_>>());
            }
        }
    }

    /// Counts again after a change.
    fn count(&mut self) {
        self.found = find(&self.text);
        let lines = self.found.results.iter();
        let lines = lines.map(|(line, own)| (format!("line {line}"), own.clone()));
        let files = self.files.iter();
        let files = files.filter_map(|(name, own)| Some((name.clone(), own.clone().ok()?)));
        let all: Vec<(String, Results)> = lines.chain(files).collect();
        self.class = Class::of(&all, &SLUGS);
        if matches!(self.by, By::Column(_)) {
            self.by = By::Given;
        }
    }

    fn summary(&self) -> Html {
        let students = self.class.rows.len();
        let damaged =
            self.found.damaged.len() + self.files.iter().filter(|file| file.1.is_err()).count();
        if students == 0 && damaged == 0 {
            return match self.text.trim().is_empty() {
                true => Html::default(),
                false => html! { <p>{ "No code is in this text. A code begins with BTFS-." }</p> },
            };
        }
        let students = protocol::figures::counted(students as u64, "student", "students");
        html! {
            <p><b>{ students }</b>
                { match damaged {
                    0 => String::new(),
                    1 => ", 1 code or file cannot be read".to_owned(),
                    more => format!(", {more} codes or files cannot be read"),
                } }{ "." }</p>
        }
    }

    /// What cannot be read, and names that come twice.
    fn faults(&self) -> Html {
        let damaged = self.found.damaged.iter().map(|damaged| {
            let perhaps = match &damaged.why {
                course::results::CodeError::Check { perhaps: Some(code) } => html! {
                    <>{ " With one other letter it would be " }<code>{ code }</code>{ ": ask the student." }</>
                },
                _ => Html::default(),
            };
            html! { <li>{ format!("Line {}: {}. ", damaged.line, damaged.why) }<code>{ &damaged.text }</code>{ perhaps }</li> }
        });
        let files = self.files.iter().filter_map(|(name, own)| {
            let why = own.as_ref().err()?;
            Some(html! { <li>{ format!("{name}: {why}.") }</li> })
        });
        let twice = self.class.twice.iter();
        let twice = twice.map(|says| html! { <li>{ says }</li> });
        let all: Vec<Html> = damaged.chain(files).collect();
        html! {
            <>
                if !all.is_empty() { <section aria-labelledby="damaged-head"><h2 id="damaged-head">{ "Not read" }</h2><ul class="damaged">{ for all }</ul></section> }
                if !self.class.twice.is_empty() { <section aria-labelledby="twice-head"><h2 id="twice-head">{ "Twice" }</h2><ul class="damaged">{ for twice }</ul></section> }
            </>
        }
    }

    fn rows(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.class.rows.iter().collect();
        match self.by {
            By::Given => {}
            By::Name => rows.sort_by_key(|row| row.name.to_lowercase()),
            By::Right => rows.sort_by_key(|row| Reverse(row.right())),
            By::Column(at) => rows.sort_by_key(|row| {
                // Right at once first, then with more tries, wrong, nothing.
                match row.outcomes.get(at).copied().flatten() {
                    Some(Outcome::Right(tries)) => tries,
                    Some(Outcome::Wrong(_) | Outcome::Shown) => 10,
                    Some(Outcome::Open) | None => 20,
                }
            }),
        }
        if self.reversed {
            rows.reverse();
        }
        rows
    }

    fn table(&self, link: &yew::html::Scope<ClassResults>) -> Html {
        let head = |by: By, title: String, long: Option<String>| {
            let sort = (self.by == by).then_some(match self.reversed {
                true => "descending",
                false => "ascending",
            });
            html! {
                <th scope="col" aria-sort={sort}><button type="button" class="sort" title={long.clone()} onclick={link.callback(move |_| Msg::Sort(by))}>
                    { title }if let Some(long) = long { <span class="vh">{ format!(", {long}") }</span> }</button></th>
            }
        };
        let columns = self.class.columns.iter().enumerate();
        let row = |row: &Row| {
            html! {
                <tr><th scope="row">{ if row.name.is_empty() { "(no name)" } else { &row.name } }</th><td class="dim">{ &row.source }</td>
                    <td class="num">{ row.right() }</td>{ for row.outcomes.iter().map(|outcome| cell(*outcome)) }</tr>
            }
        };
        let total = |at: usize| {
            let (right, tried) = self.class.total(at);
            html! { <td>{ format!("{right}/{tried}") }</td> }
        };
        html! {
            <section aria-labelledby="class-head">
                <h2 id="class-head">{ "The class" }</h2>
                <p class="small dim">{ "✓ right, ✓2 ✓3 at a later try, ✗ wrong, “shown” looked at the answer. Q is a question, T a task. Sort by pressing a heading; below each column is how many are right of those who tried." }</p>
                <div class="scroll-x" role="region" aria-label="Results of the class" tabindex="0"><table class="set-results">
                    <thead><tr>{ head(By::Name, "Name".to_owned(), None) }{ head(By::Given, "From".to_owned(), None) }{ head(By::Right, "Right".to_owned(), None) }
                        { for columns.map(|(at, column)| head(By::Column(at), column.short(), Some(column.to_string()))) }</tr></thead>
                    <tbody>{ for self.rows().into_iter().map(row) }</tbody>
                    <tfoot><tr><th scope="row">{ "Right of those who tried" }</th><td></td><td></td>{ for (0..self.class.columns.len()).map(total) }</tr></tfoot>
                </table></div>
                <p class="acts"><button type="button" class="btn" onclick={link.callback(|_| Msg::Save)}>{ "Save as CSV" }</button><span role="status">{ &self.says }</span></p>
            </section>
        }
    }
}

fn cell(outcome: Option<Outcome>) -> Html {
    let (sign, class) = match outcome {
        None | Some(Outcome::Open) => return html! { <td></td> },
        Some(Outcome::Right(1)) => ("✓", "is-right"),
        Some(Outcome::Right(2)) => ("✓2", "is-right"),
        Some(Outcome::Right(_)) => ("✓3", "is-right"),
        Some(Outcome::Wrong(_)) => ("✗", "is-wrong"),
        Some(Outcome::Shown) => ("shown", "is-wrong"),
    };
    let words = outcome.map(|outcome| outcome.to_string());
    html! { <td class={class} title={words.clone()}><span aria-hidden="true">{ sign }</span><span class="vh">{ words }</span></td> }
}
