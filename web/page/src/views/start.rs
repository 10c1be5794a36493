//! Choose a file.

use super::pickers::picker;
use super::{icons, library, linked};
use crate::app::{App, InboxMsg};
use yew::html::Scope;
use yew::prelude::*;

/// What a real kernel gives, measured with this program: figure, and what it counts.
const EXAMPLE: [(&str, &str); 4] = [
    ("3,409,960", "types before dedup"),
    ("94,397", "types after"),
    ("132.5 MB", "of BTF before"),
    ("4.10 MB", "of BTF after"),
];
const EXAMPLE_TITLE: &str = "For example, Debian’s Linux 6.1 cloud kernel";

/// Files that open: name, what is done with them, usual size.
const FILES: [(&str, &str, &str); 6] = [
    (
        "vmlinux",
        "With DWARF: encode, dedup, download the patched ELF",
        "180–630 MB",
    ),
    (".o, programs", "Any ELF file with DWARF 2 to 5", ""),
    (
        ".deb, .rpm, vmlinuz, *.xz",
        "Packages, archives, boot images, and compressed files: the kernel in them",
        "",
    ),
    (
        ".BTF, *.btf",
        "Raw BTF, or an ELF file with a .BTF section",
        "4–10 MB",
    ),
    (
        "*.ko",
        "Modules (or a folder of them), together with their kernel",
        "up to 50 MB",
    ),
    (
        "*.dwo, *.dwp, *.dwz",
        "Split debug information, together with the file it belongs to",
        "",
    ),
];

/// The steps of a job, in words for a first-time user.
const STEPS: [(&str, &str); 4] = [
    (
        "Encode",
        "Every unit’s DWARF becomes BTF: structs, functions, everything BPF tools need.",
    ),
    (
        "Merge",
        "Every unit has its own copy of the same types; these are brought together.",
    ),
    (
        "Dedup",
        "Equal types become one, compared as graphs: about 1 in 40 of several million remains.",
    ),
    (
        "Write",
        "The .BTF section, a C header, and an ELF file with the section in it.",
    ),
];

pub fn view(app: &App, link: &Scope<App>) -> Html {
    html! {
        <>
            <div class="lead">
                <h1 id="title" tabindex="-1">{ "Every type in your kernel, and what dedup saved" }</h1>
                <p>{ "btfscope turns the DWARF in a " }<code>{ "vmlinux" }</code>
                    { " into BTF, merges the duplicate types, and shows, kind by kind, what remains and what was saved." }</p>
            </div>
            { linked::banner(app, link) }
            <section class="drop" aria-labelledby="drop-title">
                <div>
                    <h2 id="drop-title">
                        <span class="only-wide">{ "Drop a " }<code>{ "vmlinux" }</code>{ " or its package anywhere on this page" }</span>
                        <span class="only-narrow">{ "Choose a " }<code>{ "vmlinux" }</code>{ " or its package" }</span>
                    </h2>
                    <p class="sub">{ "Add its modules if you like. A program with debug information or a BTF file works too." }</p>
                    <div class="go">
                        { picker(link, "choose", "Choose a file", "btn--primary btn--lg") }
                        <button type="button" class="btn btn--lg" onclick={link.callback(|_| InboxMsg::Sample)}>{ "Try a sample" }</button>
                    </div>
                    <p class="small dim">{ "The sample is a small C program of seven units, encoded live. No file at hand? " }
                        <button type="button" class="link" onclick={link.callback(|_| InboxMsg::KernelSample)}>{ "Explore the types of Linux 6.12" }</button>
                        { ": the BTF of a Debian kernel, included in this page." }</p>
                </div>
                <dl class="example">
                    <dt>{ EXAMPLE_TITLE }</dt>
                    { for EXAMPLE.iter().map(|(figure, what)| html! { <dd><b>{ *figure }</b><span>{ *what }</span></dd> }) }
                </dl>
            </section>
            { library::list(app, link) }
            <p class="privacy">{ icons::lock() }
                <span>{ "Your file stays on this computer. This page reads and processes it here; nothing is uploaded." }</span></p>
            <div class="grid">
                <section>
                    <h2>{ "What you can open" }</h2>
                    <table class="accepts"><tbody>
                        { for FILES.iter().map(|(name, what, size)| html! {
                            <tr><td class="mono">{ *name }</td><td>{ *what }</td><td class="num dim">{ *size }</td></tr>
                        }) }
                    </tbody></table>
                </section>
                <section>
                    <h2>{ "What happens then" }</h2>
                    <ol class="steps">
                        { for STEPS.iter().enumerate().map(|(at, (name, what))| html! {
                            <li><span class="num">{ at + 1 }</span><b>{ *name }</b><span class="sub">{ *what }</span></li>
                        }) }
                    </ol>
                </section>
            </div>
        </>
    }
}
