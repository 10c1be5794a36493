//! The component: what is shown, keys, files.

use super::held::Held;
use super::state::{self, Loaded, alone, called};
use super::{reasons, table};
use crate::browser::{focus, head, save_text, set_title, show_what_follows, window};
use crate::explore::place::{self, Seen};
use core_check::{Form, Relocation, Row, State};
use gloo_events::EventListener;
use protocol::beside::{GivenKernel, sort};
use protocol::files::GivenFile;
use protocol::intake::HEAD_BYTES;
use protocol::matrix::{self, At, Narrowed};
use protocol::programs::{KernelFiles, ModuleFile};
use std::rc::Rc;
use web_sys::{Blob, File, KeyboardEvent};
use yew::prelude::*;

/// Files that were given; the number tells them from those before.
#[derive(Clone, Debug)]
pub struct Given {
    pub number: u32,
    pub files: Vec<GivenFile>,
    /// Whether some of them came out of packages.
    pub unpacked: bool,
}

impl PartialEq for Given {
    fn eq(&self, other: &Given) -> bool {
        self.number == other.number
    }
}

/// A kernel that is at hand: kept in the browser.
#[derive(Clone, PartialEq)]
pub struct KeptKernel {
    /// What the menu calls it.
    pub title: String,
    /// What the table calls it.
    pub called: String,
    /// Raw BTF.
    pub types: Blob,
}

/// Two kernels that are to be compared: names, types, and whether these are raw BTF; and the address of the type.
#[derive(Clone)]
pub struct Compared {
    pub kernels: [(String, Blob); 2],
    pub address: String,
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    /// Files that were dropped or chosen.
    pub given: Option<Given>,
    /// The open result.
    pub loaded: Option<Loaded>,
    /// Kernels that the browser keeps.
    pub kept: Vec<KeptKernel>,
    /// Fetches the kernel that comes with the page.
    pub bundled: Callback<()>,
    /// Gives files that were chosen here.
    pub give: Callback<Vec<GivenFile>>,
    /// Compares two kernels.
    pub compare: Callback<Compared>,
    /// Removes files that came out of packages.
    pub let_go: Callback<Vec<File>>,
}

pub struct Programs {
    pub(super) held: Held,
    pub(super) narrowed: Narrowed,
    /// The cell whose reasons are shown.
    pub(super) at: Option<At>,
    /// The line and column that Tab leads to; column 0 is the name.
    pub(super) focused: (usize, usize),
    /// Objects whose programs are shown.
    pub(super) open: Vec<usize>,
    /// The relocations of the shown cell.
    pub(super) relocations: Option<Result<Vec<Relocation>, String>>,
    /// The rows as they were last read.
    pub(super) rows: Vec<Rc<Row>>,
    /// What gets the focus once it is drawn.
    focus: Option<String>,
    seen: Seen,
    _listener: EventListener,
}

pub enum Msg {
    /// Something changed in what is held.
    Changed,
    /// The address has changed.
    Routed,
    /// The first bytes of files, and whether some of these came out of packages.
    Heads(Vec<(GivenFile, Vec<u8>)>, bool),
    Show(Option<State>),
    Find(String),
    /// Show the reasons of a cell.
    Open(At),
    /// Show the programs of an object, or hide them.
    Unfold(usize),
    /// A key in the table.
    Key(KeyboardEvent),
    /// Back from the reasons to the table.
    Back,
    Relocations(At, Result<Vec<Relocation>, String>),
    /// All relocations of the shown cell are wanted.
    AskRelocations,
    Save(Form),
    Saved(Form, String),
    SaveHeader,
    Header(Result<String, String>),
    AddKept(usize),
    RemoveKernel(usize),
    Clear,
    Dismiss,
    /// Allow ten times as much.
    AllowMore,
}

impl Component for Programs {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Programs>) -> Programs {
        set_title("Programs");
        let held = Held::of_page();
        held.tell(ctx.link().callback(|()| Msg::Changed));
        let link = ctx.link().clone();
        let mut programs = Programs {
            rows: held.rows(),
            held,
            narrowed: Narrowed::default(),
            at: None,
            focused: (0, 1),
            open: Vec::new(),
            relocations: None,
            focus: None,
            seen: Seen::default(),
            _listener: EventListener::new(&window(), "hashchange", move |_| {
                link.send_message(Msg::Routed);
            }),
        };
        programs.read_address();
        programs.take(ctx);
        programs
    }

    fn changed(&mut self, ctx: &Context<Programs>, _: &Props) -> bool {
        self.take(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Programs>, msg: Msg) -> bool {
        match msg {
            Msg::Changed => self.rows = self.held.rows(),
            Msg::Routed => self.read_address(),
            Msg::Heads(files, unpacked) => {
                let all = files.iter().map(|(given, _)| given.file.clone());
                let all: Vec<File> = all.filter(|_| unpacked).collect();
                self.held.expect(all, ctx.props().let_go.clone());
                self.sort_in(files);
                self.held.let_go();
            }
            Msg::Show(state) => {
                self.narrowed.state = state;
                self.put_into_address();
            }
            Msg::Find(text) => {
                self.narrowed.text = text;
                self.put_into_address();
            }
            Msg::Open(at) => {
                self.show(at);
                self.focus = Some("reasons".to_owned());
            }
            Msg::Unfold(object) => match self.open.iter().position(|there| *there == object) {
                Some(place) => drop(self.open.remove(place)),
                None => self.open.push(object),
            },
            Msg::Key(event) => return self.on_key(&event),
            Msg::Back => {
                let (line, column) = self.focused;
                focus(&table::id(line, column));
                return false;
            }
            Msg::AskRelocations => {
                self.ask_relocations(ctx);
                return false;
            }
            Msg::Relocations(at, answer) => {
                if self.at != Some(at) {
                    return false;
                }
                self.relocations = Some(answer);
            }
            Msg::Save(form) => {
                let then = ctx.link().callback(move |text| Msg::Saved(form, text));
                self.held.write(
                    form,
                    Box::new(move |text| {
                        if let Ok(text) = text {
                            then.emit(text);
                        }
                    }),
                );
                return false;
            }
            Msg::Saved(form, text) => {
                let (end, kind) = match form {
                    Form::Csv => ("csv", "text/csv"),
                    Form::Json => ("json", "application/json"),
                    Form::Markdown => ("md", "text/markdown"),
                    Form::Svg => ("svg", "image/svg+xml"),
                };
                // A browser that does not save says so itself.
                let _ = save_text(&format!("programs.{end}"), kind, &text);
                return false;
            }
            Msg::SaveHeader => {
                let then = ctx.link().callback(Msg::Header);
                self.held.header(Box::new(move |answer| then.emit(answer)));
                return false;
            }
            Msg::Header(Ok(text)) => {
                let _ = save_text("vmlinux.h", "text/x-c", &text);
                return false;
            }
            Msg::Header(Err(cause)) => self.held.remark(format!("vmlinux.h: {cause}.")),
            Msg::AddKept(at) => {
                if let Some(kept) = ctx.props().kept.get(at) {
                    self.held
                        .add_kernel(alone(&kept.called, kept.types.clone()));
                }
            }
            Msg::RemoveKernel(at) => {
                let number = self.held.read(|kernels, _| Some(kernels.get(at)?.number));
                if let Some(number) = number {
                    self.at = None;
                    self.put_into_address();
                    self.held.remove(number);
                }
            }
            Msg::Clear => {
                let all = |files: &[state::File]| files.iter().map(|one| one.number).collect();
                let numbers: Vec<_> = self.held.read(|_, files| all(files));
                self.at = None;
                self.narrowed = Narrowed::default();
                self.put_into_address();
                numbers
                    .into_iter()
                    .for_each(|number| self.held.remove(number));
            }
            Msg::Dismiss => self.held.dismiss(),
            Msg::AllowMore => self.held.allow_more(),
        }
        self.clamp();
        true
    }

    fn view(&self, ctx: &Context<Programs>) -> Html {
        let is_empty = self.held.read(|_, files| files.is_empty());
        match is_empty {
            true => table::nothing(self, ctx),
            false => html! {
                <>
                    { table::bar(self, ctx) }
                    <div class="px">
                        <div class="px-left">{ table::view(self, ctx) }</div>
                        { reasons::view(self, ctx) }
                    </div>
                </>
            },
        }
    }

    fn rendered(&mut self, _: &Context<Programs>, _: bool) {
        if let Some(id) = self.focus.take() {
            focus(&id);
            // In a narrow window the reasons are below the table.
            if id == "reasons" {
                show_what_follows(&id);
            }
        }
    }

    fn destroy(&mut self, _: &Context<Programs>) {
        self.held.tell(Callback::noop());
    }
}

impl Programs {
    /// Takes what the page gives.
    fn take(&mut self, ctx: &Context<Programs>) {
        let props = ctx.props();
        self.held.set_loaded(props.loaded.as_ref());
        let Some(given) = &props.given else { return };
        if !self.held.is_new(given.number) {
            return;
        }
        let (files, unpacked) = (given.files.clone(), given.unpacked);
        ctx.link().send_future(async move {
            let mut heads = Vec::new();
            for file in files {
                let bytes = head(&file.file, HEAD_BYTES).await;
                heads.push((file, bytes.unwrap_or_default()));
            }
            Msg::Heads(heads, unpacked)
        });
    }

    fn sort_in(&self, files: Vec<(GivenFile, Vec<u8>)>) {
        let named: Vec<(&str, &[u8])> = (files.iter())
            .map(|(given, head)| (given.path.as_str(), head.as_slice()))
            .collect();
        let sorted = sort(&named);
        let given = |at: usize| files.get(at).map(|(given, _)| given.clone());
        for kernel in &sorted.kernels {
            let GivenKernel {
                kernel,
                modules,
                symbols,
                config,
            } = kernel;
            let Some(file) = given(*kernel) else { continue };
            let modules = modules.iter().filter_map(|at| given(*at));
            self.held.add_kernel(KernelFiles {
                symbols: symbols.and_then(given),
                config: config.and_then(given),
                modules: modules
                    .map(|module| ModuleFile {
                        name: module.file.name(),
                        types: Blob::clone(&module.file),
                    })
                    .collect(),
                ..alone(&called(&file.file.name()), Blob::clone(&file.file))
            });
        }
        for object in sorted.objects.iter().filter_map(|at| given(*at)) {
            self.held.add_objects(object);
        }
        let names = |places: &[usize]| {
            let names = places.iter().filter_map(|at| given(*at));
            let names: Vec<String> = names.map(|given| given.file.name()).collect();
            names
        };
        let unknown = names(&sorted.unknown);
        if !unknown.is_empty() {
            self.held.remark(format!(
                "Neither a BPF object nor a kernel: {}.",
                few(&unknown)
            ));
        }
        let rest = names(&sorted.rest);
        if !rest.is_empty() {
            self.held.remark(format!(
                "Of no kernel given with them: {}. Give a kernel and its modules as one folder.",
                few(&rest)
            ));
        }
    }

    fn read_address(&mut self) {
        self.seen.read();
        if !place::is("programs") {
            return;
        }
        let parameters = place::parameters();
        self.narrowed = Narrowed::of(&parameters);
        let at = At::of(&parameters);
        if at != self.at {
            self.at = at;
            self.relocations = None;
        }
    }

    fn put_into_address(&mut self) {
        let address = matrix::address(&self.narrowed, self.at);
        self.seen.replace(&address);
    }

    fn show(&mut self, at: At) {
        if self.at != Some(at) {
            self.relocations = None;
        }
        self.at = Some(at);
        let place = self
            .lines()
            .iter()
            .position(|line| (line.object, line.program) == (at.object, at.program));
        if let Some(line) = place {
            self.focused = (line, at.kernel + 1);
        }
        self.put_into_address();
    }

    /// The lines that are shown.
    pub(super) fn lines(&self) -> Vec<matrix::Line> {
        matrix::lines(&self.rows, &self.narrowed, &self.open)
    }

    /// The names of the kernels, in the order of their columns.
    pub(super) fn kernels(&self) -> Vec<String> {
        self.held.names()
    }

    fn ask_relocations(&self, ctx: &Context<Programs>) {
        let Some(at) = self.at.filter(|_| self.relocations.is_none()) else {
            return;
        };
        let found = self.held.read(|kernels, files| {
            let kernel = kernels.get(at.kernel)?.number;
            let objects = files.iter().flat_map(|file| {
                let count = file.rows.len();
                (0..count).map(move |object| (file.number, object))
            });
            let (file, object) = objects.clone().nth(at.object)?;
            Some((file, u32::try_from(object).ok()?, kernel))
        });
        if let Some((file, object, kernel)) = found {
            let then = ctx
                .link()
                .callback(move |answer| Msg::Relocations(at, answer));
            self.held.relocations(
                (file, object),
                kernel,
                Box::new(move |answer| then.emit(answer)),
            );
        }
    }

    /// Keeps the place to which Tab leads in the table.
    fn clamp(&mut self) {
        let lines = self.lines().len();
        let columns = self.held.read(|kernels, _| kernels.len());
        self.focused.0 = self.focused.0.min(lines.saturating_sub(1));
        self.focused.1 = self.focused.1.min(columns);
    }

    fn on_key(&mut self, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let lines = self.lines();
        let last = self.kernels().len();
        let (line, column) = self.focused;
        let to = match event.key().as_str() {
            "ArrowDown" => (line + 1, column),
            "ArrowUp" => (line.saturating_sub(1), column),
            "ArrowRight" => (line, column + 1),
            "ArrowLeft" => (line, column.saturating_sub(1)),
            "Home" => (line, 0),
            "End" => (line, last),
            "f" => match self.next_failing(&lines, last) {
                Some(to) => to,
                None => return false,
            },
            _ => return false,
        };
        event.prevent_default();
        self.focused = to;
        self.clamp();
        self.focus = Some(table::id(self.focused.0, self.focused.1));
        true
    }

    /// The next cell that fails, line by line, from the one that has the focus.
    fn next_failing(&self, lines: &[matrix::Line], kernels: usize) -> Option<(usize, usize)> {
        let fails = |&(line, column): &(usize, usize)| {
            let line = lines.get(line);
            line.is_some_and(|line| {
                let cell = self.rows.get(line.object);
                let cell = cell.and_then(|row| row.cells.get(column - 1));
                cell.is_some_and(|cell| matrix::state(cell, line.program) == State::Fails)
            })
        };
        let all = (0..lines.len()).flat_map(|line| (1..=kernels).map(move |column| (line, column)));
        let behind = all.clone().filter(|place| *place > self.focused);
        behind.chain(all).find(fails)
    }
}

/// Some names, and how many more.
fn few(names: &[String]) -> String {
    let first = names.iter().take(4).map(String::as_str);
    let first: Vec<&str> = first.collect();
    match names.len().saturating_sub(first.len()) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
