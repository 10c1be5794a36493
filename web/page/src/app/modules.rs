//! Modules: they wait for a kernel, are encoded on it, and are listed.

use super::{Again, App, Notice, Opening, View, WorkMsg};
use crate::work::{ModuleOptions, allowed};
use explore::questions::Prepare;
use gloo_timers::callback::Interval;
use pipeline::{Features, KernelTypes, Options};
use protocol::figures::counted;
use protocol::job_result::Origin;
use protocol::queue::ModuleId;
use std::rc::Rc;
use web_sys::File;
use yew::Callback;
use yew::Context;

/// What modules are sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Column {
    /// By name.
    #[default]
    Name,
    /// The number of types that they add.
    Types,
    /// The bytes of their split BTF.
    Bytes,
    /// The number of functions in the result.
    Encoded,
    /// The number of functions left out.
    LeftOut,
    /// The time that they took.
    Time,
}

/// Which modules are listed, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// Only modules whose name contains this.
    pub text: String,
    /// Sorted by this; names from A on, figures from the largest on.
    pub column: Column,
    /// Whether the order is reversed.
    pub reversed: bool,
    /// How many rows are shown.
    pub limit: usize,
}

/// Rows that a table has before more are asked for.
pub const ROWS: usize = 200;

impl Default for Listing {
    fn default() -> Listing {
        Listing {
            text: String::new(),
            column: Column::Name,
            reversed: false,
            limit: ROWS,
        }
    }
}

impl App {
    /// Encodes modules on the model, after the job under way, or keeps them until a kernel comes.
    pub(super) fn take_modules(&mut self, ctx: &Context<App>, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        if let Some(opening) = &mut self.inbox.opening {
            opening.modules.extend(files);
        } else if self.work.job.is_some() {
            self.inbox.queued_modules.extend(files);
            // It takes longer now.
            if std::mem::take(&mut self.work.is_early) {
                self.show_progress();
            }
        } else if self.current.model.is_some() {
            self.encode_modules(ctx, files, 0);
            self.show(View::Progress);
        } else {
            self.keep_orphans(files);
        }
    }

    /// Keeps modules until their kernel is opened.
    pub(super) fn keep_orphans(&mut self, files: Vec<File>) {
        if files.is_empty() {
            return;
        }
        for file in files {
            self.inbox
                .orphan_modules
                .retain(|there| there.name() != file.name());
            self.inbox.orphan_modules.push(file);
        }
        let count = counted(
            self.inbox.orphan_modules.len() as u64,
            "module waits",
            "modules wait",
        );
        self.chrome.announcement = format!("{count} for the kernel").into();
    }

    /// Starts or continues encoding modules; `before` are the bytes that the same run has encoded.
    pub(super) fn encode_modules(&mut self, ctx: &Context<App>, files: Vec<File>, before: u64) {
        let (Some(engine), Some(options)) = (&self.work.engine, self.module_options()) else {
            return self.keep_orphans(files);
        };
        if self.current.modules.batch.is_none() {
            self.work.told_tenths = 0;
        }
        let events = ctx
            .link()
            .callback(|(id, event)| WorkMsg::Worker(id, event));
        self.current
            .modules
            .add(files, options, before, engine, &events);
        self.start_clock(ctx);
        if self
            .current
            .modules
            .batch
            .as_ref()
            .is_none_or(|batch| batch.is_over())
        {
            // No worker could be started: every row says why.
            self.current.modules.end_if_over();
        }
    }

    /// The options for encoding modules, if a base for them exists.
    fn module_options(&self) -> Option<ModuleOptions> {
        let model = self.current.model.as_ref()?;
        let features = Features {
            distilled_base: self.current.distils,
            ..Features::default()
        };
        Some(ModuleOptions {
            base: model.files.btf.clone()?,
            encode: Options {
                features,
                base_release: model.identity().release.clone(),
                kernel: model.types_of_modules(),
                budget: allowed(),
                ..Options::default()
            },
            takes_btf: model.origin != Origin::Encoded,
            companions: model.companions.clone(),
        })
    }

    /// Gives modules a distilled base or not; existing ones are encoded again.
    pub(super) fn distil(&mut self, ctx: &Context<App>, distils: bool) {
        self.current.distils = distils;
        // A running job will end with another base.
        if self.work.job.is_some() {
            return;
        }
        let rows = &self.current.modules.rows;
        let files = rows.iter().map(|module| module.file.clone()).collect();
        self.take_modules(ctx, files);
    }

    /// Encodes the file again, to the types that the kernel carries or to the encoder's, with the modules on it.
    pub(super) fn change_types(&mut self, ctx: &Context<App>, of_kernel: bool) {
        let Some(model) = &self.current.model else {
            return;
        };
        let rows = &self.current.modules.rows;
        let opening = Opening {
            modules: rows.iter().map(|module| module.file.clone()).collect(),
            companions: model.companions.clone(),
            types: match of_kernel {
                true => KernelTypes::OfKernel(None),
                false => KernelTypes::OfEncoder,
            },
            reads_inline: model.reads_inline(),
            ..Opening::of(model.file.clone())
        };
        self.chrome.notice = None;
        self.start(ctx, opening);
    }

    /// Updates the progress of a running job four times a second.
    pub(super) fn start_clock(&mut self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        self.work.ticker = Some(Interval::new(super::job::TICK_MS, move || {
            link.send_message(WorkMsg::Tick);
        }));
    }

    /// The run over modules has ended.
    pub(super) fn end_modules(&mut self) {
        self.work.ticker = None;
        if let (Some(pending), Some(model)) = (&mut self.inbox.pending, &self.current.model) {
            pending.instead_of = model.called();
            pending.ends_job = false;
        }
        self.tell_modules();
        let counts = self.current.modules.counts();
        let failed = match counts.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        self.chrome.announcement = format!(
            "Done: {}{failed}",
            counted(counts.done as u64, "module", "modules")
        )
        .into();
        if self.view == View::Progress {
            if self.chrome.link.is_some() {
                self.show_result();
            } else {
                self.show_instead(View::Modules);
            }
        }
    }

    /// Ends the run over modules. Finished modules stay.
    pub(super) fn cancel_modules(&mut self) {
        self.work.ticker = None;
        let dropped = self.current.modules.cancel();
        let count = dropped.len() as u64;
        self.tell_modules();
        let done = self.current.modules.counts().done;
        self.chrome.announcement = "Cancelled".into();
        self.chrome.notice = Some(
            Notice::plain(
                format!(
                    "{} cancelled; {} done.",
                    counted(count, "module was", "modules were"),
                    counted(done as u64, "is", "are")
                ),
                "",
            )
            .with_again((count > 0).then_some(Again::Modules(dropped))),
        );
        self.show_after_job(match self.current.modules.rows.is_empty() {
            true => View::Overview,
            false => View::Modules,
        });
    }

    /// Opens the view of a module.
    pub(super) fn look(&mut self, id: ModuleId) {
        self.current.module = Some(id);
        if let (Some(model), Some(module)) = (&self.current.model, self.current.modules.get(id)) {
            // Its types may be asked for next.
            let name = explore::modules::name_of(&module.name).to_owned();
            model.client.of_module(name).ask(Prepare, Callback::noop());
        }
        self.current.left_out = None;
        self.show(View::Module);
    }

    /// Opens an address among the types of a module; with none, those of the kernel alone.
    pub(super) fn look_into(&mut self, of: Option<(String, String)>) {
        let Some(model) = &self.current.model else {
            return;
        };
        match of {
            Some((module, address)) => {
                let here = self.current.scope.as_ref();
                if here.is_none_or(|client| client.module() != Some(&module)) {
                    self.current.scope = Some(Rc::new(model.client.of_module(module)));
                }
                crate::explore::go(&address);
            }
            None => self.current.scope = None,
        }
    }

    /// Tells the explorer's worker of modules that are encoded.
    pub(super) fn tell_modules(&mut self) {
        if let Some(model) = &self.current.model {
            self.current.modules.tell(model);
        }
    }

    /// Tells a screen reader how far the run is, every tenth of it.
    pub(super) fn announce_modules(&mut self) {
        let Some(batch) = &self.current.modules.batch else {
            return;
        };
        let totals = batch.totals(&self.current.modules.rows);
        let tenths = (totals.share.0 * 10.0) as u32;
        if tenths > self.work.told_tenths {
            self.work.told_tenths = tenths;
            let (done, all) = totals.modules;
            self.chrome.announcement = format!("{done} of {all} modules, {tenths}0 percent").into();
        }
    }

    /// The name of the module that is shown, as the explorer knows it.
    pub(super) fn looked_at(&self) -> Option<String> {
        let id = self.current.module.filter(|_| self.view == View::Module)?;
        let module = self.current.modules.get(id)?;
        Some(explore::modules::name_of(&module.name).to_owned())
    }
}
