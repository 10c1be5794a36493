//! Inline sites: read from the DWARF of the result, or taken from a file that is based on its BTF.

use super::{App, Notice, Opening, View};
use protocol::job_result::Origin;
use protocol::text::sentence;
use web_sys::File;
use yew::Context;

impl App {
    /// Encodes the file again with inline sites, with the modules on it.
    pub(super) fn read_inline(&mut self, ctx: &Context<App>) {
        let Some(model) = &self.current.model else {
            return;
        };
        let rows = &self.current.modules.rows;
        let opening = Opening {
            modules: rows.iter().map(|module| module.file.clone()).collect(),
            companions: model.companions.clone(),
            types: model.types_again(),
            reads_inline: true,
            leads_to: View::Functions,
            ..Opening::of(model.file.clone())
        };
        self.chrome.notice = None;
        self.start(ctx, opening);
    }

    /// Takes a file with inline sites: for the result, or else for the one that comes next.
    pub(super) fn take_inline(&mut self, file: File) {
        if let Some(pending) = &mut self.inbox.pending {
            pending.opening.inline = Some(file);
            return;
        }
        if self.work.job.is_some() {
            self.inbox.inline = Some(file);
            return;
        }
        let Some(model) = &mut self.current.model else {
            self.inbox.inline = Some(file);
            return;
        };
        if model.origin == Origin::Encoded {
            self.chrome.notice = Some(Notice::error(
                format!(
                    "{} is based on the BTF that its kernel carries. The types of {} were encoded from DWARF and have other ids.",
                    file.name(),
                    model.called()
                ),
                "Open that BTF (/sys/kernel/btf/vmlinux) together with the inline sites, or read inline sites from the DWARF, in Functions.",
            ));
            return;
        }
        model.add_inline_sites(&file);
        self.chrome.announcement =
            format!("{} is open: Functions show their inline sites", file.name()).into();
    }

    /// The explorer did not take the inline sites of the result.
    pub(super) fn inline_refused(&mut self, cause: &str) {
        let Some(model) = &mut self.current.model else {
            return;
        };
        let inline = model.files.inline.take();
        let name = inline.map_or_else(
            || "The section .BTF.inline".to_owned(),
            |file| file.name.clone(),
        );
        self.chrome.notice = Some(Notice::error(
            format!(
                "{name} could not be read on the types of {}. {}",
                model.called(),
                sentence(cause)
            ),
            "Open the BTF on which it is based: for /sys/kernel/btf/vmlinux.inline that is /sys/kernel/btf/vmlinux of the same kernel.",
        ));
    }
}
