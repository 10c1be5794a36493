//! The downloads, and what each is for.

use super::icons;
use crate::work::{Done, Download, Model};
use pipeline::ExistingBtf;
use protocol::figures::bytes_text;
use protocol::job_result::{Change, Origin};
use yew::prelude::*;

pub fn section(model: &Model) -> Html {
    let encoded = model.origin == Origin::Encoded;
    html! {
        <section class="no-print">
            <h2>{ "Download" }</h2>
            <div class="dl">
                if encoded && !model.reopened {
                    { link("elf", "Patched ELF", "btn--primary", model.files.elf.as_ref(), "none") }
                }
                { link("raw", "Raw .BTF", if encoded && !model.reopened { "" } else { "btn--primary" }, model.files.raw.as_ref(), "none") }
                if model.files.inline.is_some() {
                    { link("inline", "Inline sites", "", model.files.inline.as_ref(), "none") }
                }
                { link("header", "C header", "", model.header.as_ref(), if model.header_failure.is_some() { "none" } else { "generating…" }) }
                { link("json", "Statistics (JSON)", "", model.files.json.as_ref(), "none") }
            </div>
            if let Some(cause) = &model.header_failure {
                <p class="note note--warn" role="alert">{ format!("The C header could not be generated: {cause}.") }</p>
            }
            if model.reopened && encoded {
                <div class="about"><p>{ "A patched ELF is made from the file itself, which is not saved. Open the file again to get one." }</p></div>
            } else if encoded {
                { patched(model.files.change.as_ref(), model.files.existing_btf, model.files.patch_failure.as_deref()) }
                if model.files.patch_failure.is_none() {
                    <div class="about"><p>{ "A patched file does not change a running kernel, whose " }<code>{ "/sys/kernel/btf/vmlinux" }</code>
                        { " comes from the loaded image." }</p></div>
                }
            }
        </section>
    }
}

/// The section of a module.
pub fn of_module(done: &Done) -> Html {
    html! {
        <section class="no-print">
            <h2>{ "Download" }</h2>
            <div class="dl">
                if done.origin == Origin::Encoded {
                    { link("elf", "Patched module", "btn--primary", done.files.elf.as_ref(), "none") }
                }
                { link("raw", "Split .BTF", "", done.files.raw.as_ref(), "none") }
                if done.files.base.is_some() {
                    { link("base", "Distilled base", "", done.files.base.as_ref(), "none") }
                }
                { link("json", "Statistics (JSON)", "", done.files.json.as_ref(), "none") }
            </div>
            if done.files.base.is_some() {
                <div class="about"><p>{ "The split BTF refers to the distilled base instead of the kernel’s BTF. The patched module has both, as " }
                    <code>{ ".BTF" }</code>{ " and " }<code>{ ".BTF.base" }</code>{ "; the kernel that loads it relocates its types onto its own." }</p></div>
            }
            { patched(done.files.change.as_ref(), done.files.existing_btf, done.files.patch_failure.as_deref()) }
        </section>
    }
}

/// A link to a file, or its place while it is being made. The size is a description, not a part of the
/// name.
fn link(
    id: &'static str,
    title: &'static str,
    class: &'static str,
    file: Option<&Download>,
    without: &'static str,
) -> Html {
    let size_id = format!("size-{id}");
    match file {
        Some(file) => html! {
            <a class={classes!("btn", class)} href={file.url.clone()} download={file.name.clone()} aria-describedby={size_id.clone()}>
                { icons::download() }<span class="name">{ title }</span>
                <span class="num" id={size_id} aria-hidden="true">{ bytes_text(file.bytes) }</span>
            </a>
        },
        None => html! {
            <span class={classes!("btn", "btn--off")} aria-disabled="true">
                { icons::waiting() }<span class="name">{ title }</span>
                <span class="num">{ without }</span>
            </span>
        },
    }
}

/// What patching did, and what the file is for.
fn patched(change: Option<&Change>, existing: Option<ExistingBtf>, failure: Option<&str>) -> Html {
    if let Some(cause) = failure {
        return html! {
            <p class="note note--warn" role="alert">{ format!("The ELF file could not be patched: {cause}. Download the raw .BTF instead.") }</p>
        };
    }
    let size = existing.map_or_else(String::new, |old| format!(" ({})", bytes_text(old.bytes)));
    let done = match change {
        Some(Change::Added) => "The file had no .BTF section; one was appended.".to_owned(),
        Some(Change::Replaced) => {
            "The new .BTF section replaces the file’s own, which was not part of the loaded image."
                .to_owned()
        }
        Some(Change::Appended { loaded }) => format!(
            "The file’s own .BTF{size} is part of the loaded image: it is kept in place and renamed {loaded}. The new .BTF section is appended to the file; tools find it by name. It is not part of the loaded image."
        ),
        None => return Html::default(),
    };
    html! {
        <div class="about">
            <p>{ done }{ " All other sections and every segment are untouched." }</p>
            <p>{ "Use a patched file with tools that read BTF from an ELF file: bpftool, libbpf, pahole, debuggers." }</p>
        </div>
    }
}
