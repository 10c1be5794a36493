//! Packages, archives, compressed files, and boot images on their way in, as the first program knows them: what is done with them is in
//! a chunk.

use super::{App, Notice, Opening, View, WorkMsg};
use crate::browser::preference;
use crate::chunks;
use crate::explore::Side;
use crate::work::{WorkerEvent, WorkerId, allow};
use budget::Budget;
use protocol::files::GivenFile;
use protocol::intake::{FileKind, is_packed_module};
use protocol::unpack::Wanted;
use std::rc::Rc;
use web_sys::File;
use yew::html::Scope;
use yew::{Context, Html};

/// The preference that is there as long as storage may have files of tabs that are gone.
pub const MAY_REMAIN: &str = "unpacked";

/// A file that was given, and what it is.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub given: GivenFile,
    pub kind: FileKind,
}

/// Files that came together, and why others of them are not taken: what is wrong, and what to do.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    pub files: Vec<Arrival>,
    pub refused: Vec<(String, String)>,
}

impl Arrivals {
    /// The first file whose content takes its place.
    pub fn packed(&self) -> Option<usize> {
        let mut kinds = self.files.iter().map(|file| file.kind);
        kinds.position(|kind| kind == FileKind::Packed)
    }

    /// What stands for them, if any of them is packed: a file that opens as it is, or else the first.
    pub fn packed_first(&self) -> Option<&File> {
        self.packed()?;
        let mut files = self.files.iter();
        let plain = files.find(|file| file.kind != FileKind::Packed);
        let first = plain.or_else(|| self.files.first());
        first.map(|file| &file.given.file)
    }

    /// The first packed file that is more than a module.
    pub fn packed_kernel(&self) -> Option<&File> {
        let found = self
            .files
            .iter()
            .find(|file| file.kind == FileKind::Packed && !is_packed_module(&file.given.path));
        found.map(|file| &file.given.file)
    }
}

/// What unpacked files are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To be opened, or asked about.
    Open,
    /// To be opened in the place of what is there.
    OpenConfirmed,
    /// For a side of the comparison; none for a third file.
    Compare(Option<Side>),
    /// For a column of the history.
    History,
    /// To be checked as programs, or as kernels for them.
    Programs,
    /// To know what is in it.
    List,
}

impl Purpose {
    /// Whether progress is a view of its own: what is compared is told above the comparison.
    pub fn is_opening(self) -> bool {
        matches!(self, Purpose::Open | Purpose::OpenConfirmed)
    }
}

/// What is to be unpacked, and what for.
#[derive(Clone, Debug)]
pub struct Order {
    pub purpose: Purpose,
    pub arrivals: Arrivals,
    /// What is taken out of those that are packed.
    pub wanted: Wanted,
}

impl Order {
    /// Kernels, or what is compressed.
    pub fn of(purpose: Purpose, arrivals: Arrivals) -> Order {
        Order {
            purpose,
            arrivals,
            wanted: Wanted::Kernel,
        }
    }

    /// The names of the modules in a package.
    pub fn names(package: File) -> Order {
        Order::of_package(Purpose::List, package, Wanted::Names)
    }

    /// Modules of a package, by their names.
    pub fn modules(package: File, names: Vec<String>) -> Order {
        Order::of_package(Purpose::Open, package, Wanted::Modules(names))
    }

    fn of_package(purpose: Purpose, package: File, wanted: Wanted) -> Order {
        let given = GivenFile {
            path: package.name(),
            file: package,
        };
        let kind = FileKind::Packed;
        Order {
            purpose,
            arrivals: Arrivals {
                files: vec![Arrival { given, kind }],
                refused: Vec::new(),
            },
            wanted,
        }
    }
}

/// Messages about packages.
pub enum UnpackMsg {
    /// The chunk is here, and what it is first asked.
    Came(Box<dyn Packages>, Box<UnpackMsg>),
    /// The chunk is not here.
    Away,
    /// Unpack files.
    Unpack(Box<Order>),
    /// Remove what earlier tabs have left.
    Sweep,
    /// An unpacker did something.
    Worker(WorkerId, WorkerEvent),
    /// Take the kernel of this path, of several.
    Take(String),
    /// Stop unpacking.
    Cancel,
}

/// What is unpacked now.
pub struct Unpacked {
    /// The name of the package.
    pub name: String,
    /// What for.
    pub purpose: Purpose,
}

/// Where a file comes from that was unpacked.
pub struct Origin {
    /// The package, image, or compressed file.
    pub package: File,
    /// Where it was in a package.
    pub path: Option<String>,
    /// Where the debug information of a kernel is that has none.
    pub advice: Option<String>,
}

/// What is done with packages: the chunk `unpack`.
pub trait Packages {
    /// Handles a message. Returns whether the page must be drawn again.
    fn handle(&mut self, app: &mut App, ctx: &Context<App>, msg: UnpackMsg) -> bool;

    /// Ends unpacking and its worker. The result before it stays.
    fn cancel(&mut self, app: &mut App);

    /// Forgets unpacked files that nothing uses any more, and removes them from the browser's storage.
    fn forget(&mut self, app: &App);

    /// Where a file comes from, if it was unpacked.
    fn origin(&self, file: &File) -> Option<&Origin>;

    /// The names of the modules in a package, if they were asked for.
    fn names(&self, package: &File) -> Option<Rc<Vec<String>>>;

    /// The view of progress.
    fn view(&self, link: &Scope<App>) -> Html;

    /// What is told above other views.
    fn notes(&self, app: &App, link: &Scope<App>) -> Html;
}

impl App {
    /// Handles a message. Returns whether the page must be drawn again.
    pub(super) fn on_unpack(&mut self, ctx: &Context<App>, msg: UnpackMsg) -> bool {
        let msg = match msg {
            UnpackMsg::Came(packages, first) => {
                self.work.packages.get_or_insert(packages);
                *first
            }
            UnpackMsg::Away => {
                self.chrome.notice = Some(Notice::error(
                    "A part of this page, which opens packages, could not be loaded.",
                    "Reload the page, and choose the file again.",
                ));
                return true;
            }
            msg => msg,
        };
        let Some(mut packages) = self.work.packages.take() else {
            ctx.link().send_future(async move {
                match chunks::packages().await {
                    Ok(packages) => WorkMsg::Unpack(UnpackMsg::Came(packages, Box::new(msg))),
                    Err(_) => WorkMsg::Unpack(UnpackMsg::Away),
                }
            });
            return false;
        };
        let drawn = packages.handle(self, ctx, msg);
        self.work.packages = Some(packages);
        drawn
    }

    /// Has files unpacked, after those that are unpacked already.
    pub(super) fn unpack(&self, ctx: &Context<App>, order: Order) {
        let msg = UnpackMsg::Unpack(Box::new(order));
        ctx.link().send_message(WorkMsg::Unpack(msg));
    }

    /// Has files unpacked that were refused before, perhaps with a larger budget.
    pub(super) fn unpack_again(
        &mut self,
        ctx: &Context<App>,
        budget: Option<Budget>,
        order: Order,
    ) {
        if let Some(budget) = budget {
            allow(budget);
        }
        match order.purpose {
            Purpose::Compare(_) => self.show(View::Compare),
            Purpose::History => self.show(View::History),
            Purpose::Programs => self.show(View::Programs),
            Purpose::Open | Purpose::OpenConfirmed | Purpose::List => {}
        }
        self.unpack(ctx, order);
    }

    /// Ends unpacking.
    pub(super) fn cancel_unpacking(&mut self) {
        if let Some(mut packages) = self.work.packages.take() {
            packages.cancel(self);
            self.work.packages = Some(packages);
        }
    }

    /// Removes what earlier tabs have unpacked and could not remove.
    pub(super) fn sweep(&mut self, ctx: &Context<App>) {
        if preference(MAY_REMAIN).is_some() && self.work.unpacked.is_none() {
            self.on_unpack(ctx, UnpackMsg::Sweep);
        }
    }

    /// Forgets unpacked files that nothing uses any more.
    pub(super) fn forget_unpacked(&mut self) {
        if let Some(mut packages) = self.work.packages.take() {
            packages.forget(self);
            self.work.packages = Some(packages);
        }
    }

    /// Whether something is unpacked that is to be opened.
    pub fn is_unpacking(&self) -> bool {
        let unpacked = self.work.unpacked.as_ref();
        unpacked.is_some_and(|unpacked| unpacked.purpose.is_opening())
    }

    /// Where the file of the result comes from, if it was unpacked.
    pub fn origin_of_result(&self) -> Option<&Origin> {
        let model = self.current.model.as_ref()?;
        self.work.packages.as_ref()?.origin(&model.file)
    }

    /// The names of the modules in a package, if they were asked for.
    pub fn names_in(&self, package: &File) -> Option<Rc<Vec<String>>> {
        self.work.packages.as_ref()?.names(package)
    }

    /// What is over or failed is no reason to show progress any more.
    pub(super) fn leave_unpacking(&mut self) {
        if self.view == View::Progress && !self.is_busy() {
            self.show_after_job(View::Overview);
        }
    }
}

impl Opening {
    /// Files of which some are packed; `file` stands for them.
    pub(super) fn of_packed(file: File, arrivals: Arrivals) -> Opening {
        Opening {
            packed: Some(Rc::new(arrivals)),
            ..Opening::of(file)
        }
    }
}
