//! The `?` panel: how to read the page, then its keys.

use crate::app::{App, ChromeMsg, View};
use yew::html::Scope;
use yew::prelude::*;

/// The panel for a view.
pub fn panel(view: View, link: &Scope<App>) -> Html {
    let (title, words): (&str, &[(&str, &str)]) = match view {
        View::Start | View::Error => (
            "What this page does",
            &[
                (
                    "vmlinux",
                    "The kernel as an ELF file. Distributions ship the one with debug information in a -dbg or -debuginfo package.",
                ),
                (
                    "DWARF",
                    "Debug information as compilers write it: every unit repeats the description of every type it uses.",
                ),
                (
                    "BTF",
                    "The kernel’s own type format: small enough to be loaded with it. BPF programs rely on it.",
                ),
                ("Dedup", "Equal types of all units become one."),
            ],
        ),
        View::Learn(_) => (
            "Watching dedup",
            &[
                (
                    "Unit",
                    "One compiled source file; it has its own copy of every type that it uses.",
                ),
                (
                    "Kept",
                    "Of types that are equal one is kept, the canonical type; the others are given up for it.",
                ),
                (
                    "Dashed lines",
                    "What the walk over two graphs assumes. All of it becomes true, or all is dropped.",
                ),
                (
                    "Dashed boxes",
                    "Forward declarations: a name without a body.",
                ),
            ],
        ),
        View::Types => (
            "Reading a type",
            &[
                (
                    "Bytes",
                    "Each row is one cache line of 64 bytes. A member that crosses a row crosses a cache line.",
                ),
                (
                    "Hatched",
                    "Bytes that no member uses: holes between members, padding at the end.",
                ),
                (
                    "Reordered",
                    "What the struct would take with its members sorted by alignment. Bitfields stay together.",
                ),
                (
                    "Copies before dedup",
                    "How often the units of the kernel said this type. Dedup kept one.",
                ),
                (
                    "Search",
                    "Small letters stand for capitals too. Conditions say what else must hold, and where the text is looked for.",
                ),
            ],
        ),
        View::Functions => (
            "Reading the functions",
            &[
                (
                    "Functions",
                    "As C. A function is in BTF when every unit agrees about it and its arguments are where a BPF program looks for them.",
                ),
                (
                    "kfunc",
                    "A function that BPF programs may call. Its flags, KF_ACQUIRE and the like, are what the verifier demands.",
                ),
                (
                    "Left out",
                    "Functions of the symbol table that did not qualify, each with the reasons.",
                ),
            ],
        ),
        View::Sources => (
            "Reading the sources",
            &[
                (
                    "Area",
                    "Of each rectangle: bytes of BTF, or the number of types, that the units of a folder have.",
                ),
                (
                    "After dedup",
                    "A type is there once. It counts where all its units meet: with one unit, or with a folder.",
                ),
                (
                    "Shared by several of these",
                    "Types that units of more than one part have, and so belong to none of them alone.",
                ),
            ],
        ),
        View::Compare => (
            "Reading the comparison",
            &[
                ("+ −", "New in the second file; gone from it."),
                (
                    "≠ ↓",
                    "Declared otherwise, or of another size; moved to another place.",
                ),
                (
                    "Equal",
                    "What both say of a name themselves is the same. What it refers to may have changed.",
                ),
            ],
        ),
        View::Doctor => (
            "Reading the findings",
            &[
                (
                    "Error",
                    "The kernel, libbpf, or a named reader refuses this BTF or a part of it.",
                ),
                (
                    "Warning",
                    "Everything loads, but something that the build promised is missing.",
                ),
                (
                    "Readers",
                    "Versions that must read the BTF: libbpf, bpftool, cilium, aya, btf-rs, kernel.",
                ),
                (
                    "The file’s own",
                    "What is examined is the BTF that the file came with, not what this page made of its DWARF.",
                ),
            ],
        ),
        View::NotMerged => (
            "Reading the difference",
            &[
                (
                    "The two types",
                    "Dedup makes two structs one if everything they lead to is the same: the cause may lie far from the name.",
                ),
                (
                    "The way",
                    "From the two types along the same members, the shortest way to what differs.",
                ),
                (
                    "Units",
                    "Which source files were compiled with which of the types.",
                ),
            ],
        ),
        View::Progress => (
            "Reading the progress",
            &[
                (
                    "Unit",
                    "One compiled source file. Units are cut into shards, which workers encode on their own.",
                ),
                (
                    "Stages",
                    "When each began and ended. Merging goes on while others still encode.",
                ),
                ("Memory", "The sum of all workers’ wasm memories."),
                (
                    "Cancel",
                    "Ends all workers at once. A result from before stays.",
                ),
            ],
        ),
        View::Overview | View::Modules | View::Module => (
            "Reading the result",
            &[
                ("Before", "All types as a per-unit encoder emits them."),
                ("After", "What is left when equal types are one."),
                (
                    "Bars",
                    "Grey is before, blue is after, on a logarithmic axis: each tick is a hundred times the one before.",
                ),
                (
                    "Functions left out",
                    "Those a BPF program could not rely on, because the compiler changed how they are called or because units disagree.",
                ),
                (
                    "Patched ELF",
                    "Your file with a .BTF section at its end. Nothing else in it moved.",
                ),
            ],
        ),
    };
    let (title, words): (&str, &[(&str, &str)]) = match view {
        View::Modules => (
            "Reading the modules",
            &[
                (
                    "Split BTF",
                    "The types that only a module has. Its ids and names count on from those of the kernel, so it is read together with the kernel’s BTF.",
                ),
                (
                    "Types added",
                    "What is left of all the module’s types when those that the kernel has too are taken away.",
                ),
                (
                    "Left out",
                    "Functions that a BPF program could not rely on; a click on the module shows which, and why.",
                ),
                (
                    "Repeated",
                    "A struct, union, enumeration or typedef of a module whose name the kernel has too. Often the two are the same but for a \
                     type far below, which the kernel only declares and the module defines: the kernel’s types are finished, so dedup keeps both.",
                ),
                (
                    "Brought by several",
                    "Modules are encoded on the kernel alone and know nothing of each other, so what two share stands in both.",
                ),
                (
                    "Distilled base",
                    "What a module’s types need of the kernel’s, as a section of its own (.BTF.base): a module built \
                     outside of the kernel’s tree then fits the kernel’s next build too.",
                ),
                ("Patched", "The module’s file with its split BTF in it."),
            ],
        ),
        _ => (title, words),
    };
    let steps = [
        ("← →", "a step back or on"),
        ("⇧← ⇧→", "to the decision before or after"),
        ("[ ]", "to the pass before or after"),
        ("Space", "play or pause"),
        ("Home End", "before dedup, after it"),
        ("p", "presenter: large, one idea a screen"),
    ];
    let rows = [
        ("↑ ↓", "next type, next member"),
        ("[ ]", "previous or next tab"),
        ("Enter", "open the type under the cursor"),
        ("Alt ←", "back"),
    ];
    let in_class: &[(&str, &str)] = match view {
        View::Learn(_) => &steps,
        View::Types | View::Compare => &rows,
        _ => &[],
    };
    let keys = [
        ("?", "this panel"),
        ("o", "choose a file"),
        ("t", "light or dark"),
        ("c b", "count or bytes"),
        ("/", "search: types, modules, or the functions left out"),
        ("Esc", "close, cancel"),
    ];
    html! {
        <aside class="help" aria-labelledby="help-title">
            <div class="help-head">
                <h2 id="help-title">{ title }</h2>
                <button type="button" id="help-close" class="btn btn--quiet" onclick={link.callback(|_| ChromeMsg::Help(false))}>{ "Close" }</button>
            </div>
            <dl>{ for words.iter().map(|(word, meaning)| html! { <><dt>{ *word }</dt><dd>{ *meaning }</dd></> }) }</dl>
            <h3>{ "Keys" }</h3>
            <dl class="keys">
                { for in_class.iter().chain(&keys).map(|(key, what)| html! {
                    <><dt>{ for key.split(' ').map(|key| html! { <kbd>{ key }</kbd> }) }</dt><dd>{ *what }</dd></>
                }) }
            </dl>
        </aside>
    }
}
