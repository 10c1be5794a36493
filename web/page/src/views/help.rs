//! The `?` panel: how to read the page, then its keys.

use crate::app::{App, ChromeMsg, Learn, View};
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
                    "The kernel’s own type format, small enough to load with the kernel. BPF programs rely on it.",
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
                    "One of several equal types is kept, the canonical type; the others are replaced by it.",
                ),
                (
                    "Dashed lines",
                    "What the walk over two graphs assumes. All assumptions become true together, or all are discarded.",
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
                    "How many units contained this type. Dedup kept one copy.",
                ),
                (
                    "Search",
                    "Lower case matches either case; capitals match exactly. Use filters to narrow the list or to search in members.",
                ),
            ],
        ),
        View::Functions => (
            "Reading the functions",
            &[
                (
                    "Functions",
                    "In C. A function is in BTF if all units agree about it and its arguments are where a BPF program looks for them.",
                ),
                (
                    "kfunc",
                    "A function that BPF programs may call. Its flags, such as KF_ACQUIRE, are the verifier’s rules for the call.",
                ),
                (
                    "Left out",
                    "Functions of the symbol table that did not qualify, each with the reasons.",
                ),
                (
                    "Inlined at",
                    "At how many sites the body of the function was copied into its callers. A probe on the function does not see them.",
                ),
            ],
        ),
        View::Sources => (
            "Reading the sources",
            &[
                (
                    "Area",
                    "The size of a rectangle is the BTF bytes (or number of types) of the units in that folder.",
                ),
                (
                    "After dedup",
                    "Each type exists once. It is attributed to its unit, or to the closest folder that contains all its units.",
                ),
                (
                    "Shared by several of these",
                    "Types that units in more than one part have, so that they belong to no single part.",
                ),
            ],
        ),
        View::History => (
            "Reading the history",
            &[
                ("+", "The kernel to its left does not have it."),
                ("≠", "Its type or size changed; the number of a value."),
                ("–", "This kernel does not have it."),
                (
                    "8, 129:2",
                    "Offset in bytes, and the bit of a bitfield. It changes without a mark when the member only moved.",
                ),
            ],
        ),
        View::Compare => (
            "Reading the comparison",
            &[
                ("+ −", "Only in the second file; only in the first."),
                ("≠ ↓", "Type or size changed; moved to another offset."),
                (
                    "Equal",
                    "The definition itself is unchanged. Types it refers to may have changed.",
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
                    "Everything loads, but something that BPF programs expect is missing.",
                ),
                (
                    "Readers",
                    "Versions that must read the BTF: libbpf, bpftool, cilium, aya, btf-rs, kernel.",
                ),
                (
                    "The file’s own",
                    "The doctor examines the BTF in the file, not what this page made of the DWARF.",
                ),
            ],
        ),
        View::Programs => (
            "Reading the table",
            &[
                ("✓ ok", "Everything resolves."),
                (
                    "◐ guarded",
                    "Something is missing, and no program comes to it.",
                ),
                ("? unknown", "BTF cannot tell."),
                ("✕ fails", "libbpf or the verifier stops."),
            ],
        ),
        View::NotMerged => (
            "Reading the difference",
            &[
                (
                    "The two types",
                    "Dedup merges two structs only if everything they refer to is equal: the cause may lie far from the name.",
                ),
                (
                    "Path",
                    "The shortest path from the two types, along the same members, to the difference.",
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
                    "When each began and ended. Merging runs while other workers still encode.",
                ),
                (
                    "Memory",
                    "The largest sum of all workers’ wasm memories so far. The result reports the same figure.",
                ),
                (
                    "Cancel",
                    "Stops all workers at once. An earlier result stays open.",
                ),
            ],
        ),
        View::Overview | View::Modules | View::Module => (
            "Reading the result",
            &[
                ("Before", "All types as a per-unit encoder emits them."),
                ("After", "What remains after equal types are merged."),
                (
                    "Bars",
                    "Grey is before, blue is after, on a logarithmic axis: each tick is a hundred times the one before.",
                ),
                (
                    "Functions left out",
                    "BPF programs could not rely on these: the compiler changed how they are called, or units disagree.",
                ),
                (
                    "Patched ELF",
                    "Your file with a .BTF section appended. Every other section stays where it was.",
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
                    "The types that only a module has. Its type ids and string offsets continue from the kernel’s, so tools read it together with the kernel’s BTF.",
                ),
                (
                    "Types added",
                    "The module’s types that the kernel does not have.",
                ),
                (
                    "Left out",
                    "Functions that BPF programs could not rely on. Open the module to see which, and why.",
                ),
                (
                    "Repeated",
                    "A struct, union, enum or typedef of a module whose name the kernel has too. Often the two differ only in a type far below, which the kernel declares and the module defines. The kernel’s types can no longer change, so dedup keeps both.",
                ),
                (
                    "In several modules",
                    "Modules are encoded separately, so a type that two of them share is stored in both.",
                ),
                (
                    "Distilled base",
                    "The kernel types that a module refers to, in a section of the module (.BTF.base). An out-of-tree module then also loads on later builds of the kernel.",
                ),
                ("Patched", "The module’s file with its split BTF in it."),
            ],
        ),
        _ => (title, words),
    };
    let steps = [
        ("← →", "previous or next step"),
        ("⇧← ⇧→", "previous or next decision"),
        ("[ ]", "previous or next pass"),
        ("Space", "play or pause"),
        ("Home End", "before dedup, after dedup"),
        ("p", "presenter mode: large, one idea per screen"),
        ("PgDn PgUp", "presenter: next or previous step, then screen"),
        (
            "b g t l s",
            "presenter: black screen, list of screens, timer, pointer, speaker’s notes",
        ),
    ];
    let rows = [
        ("↑ ↓", "next type, next member"),
        ("[ ]", "previous or next tab"),
        ("→ ←", "unfold or fold the member"),
        ("Enter", "open the type under the cursor"),
        ("Alt ←", "back"),
    ];
    let changes = [
        ("n p", "next or previous change of the type"),
        ("u", "unchanged members on or off"),
        ("x", "swap the two files"),
        ("↑ ↓", "next type in the list"),
        ("Enter", "open the type under the cursor"),
    ];
    let pairs = [
        ("← →", "previous or next row, on both sides"),
        ("⇧← ⇧→", "previous or next difference"),
        ("Home End", "before dedup, after dedup"),
    ];
    let table = [
        ("↑ ↓ ← →", "move in the table"),
        ("Enter", "open the reasons"),
        ("Esc", "back to the table"),
        ("f", "next failure"),
    ];
    let kinds = [("c b", "count or bytes")];
    let in_class: &[(&str, &str)] = match view {
        View::Overview | View::Module => &kinds,
        View::Learn(Learn::SideBySide) => &pairs,
        View::Learn(_) => &steps,
        View::Types => &rows,
        View::Compare => &changes,
        View::Programs => &table,
        _ => &[],
    };
    let keys = [
        ("?", "this panel"),
        (
            "Ctrl K",
            "find anything: types, members, functions, views, actions",
        ),
        ("h", "offsets in hexadecimal or decimal"),
        ("o", "choose a file"),
        ("t", "light or dark"),
        ("+ -", "larger or smaller text"),
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
