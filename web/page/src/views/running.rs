//! Modules under way: live figures, and every file with its state.

use super::files;
use super::under_way::{self, LiveFigures};
use crate::app::App;
use crate::work::Batch;
use protocol::figures::{counted, grouped};
use yew::html::Scope;
use yew::prelude::*;

pub fn view(app: &App, batch: &Batch, link: &Scope<App>) -> Html {
    let now = batch.elapsed();
    let totals = batch.totals(&app.current.modules.rows);
    let (share, before) = totals.share;
    let here = ((share - before) / (1.0 - before).max(0.001)).clamp(0.0, 1.0);
    let left = if here > 0.08 && now > 1.0 {
        let left = (now / here - now).round();
        match left as u64 {
            0 | 1 => "Almost done.".to_owned(),
            left => format!("About {} left.", counted(left, "second", "seconds")),
        }
    } else {
        "Estimating the time…".to_owned()
    };
    let (done, all) = totals.modules;
    let of = format!(": {} of {} done", grouped(done as u64), grouped(all as u64));
    let at_work = format!(
        " {} at work.",
        counted(batch.workers() as u64, "worker is", "workers are")
    );
    let figures = LiveFigures {
        counted: ("Modules", done as u64, Some(all as u64)),
        types: totals.types,
        btf_bytes: totals.btf_bytes,
        dwarf_speed: totals.dwarf_bytes as f64 / now.max(0.1),
        elapsed: now,
        memory: batch.memory.peak,
    };
    html! {
        <>
            { under_way::head("Encoding modules", of, left + &at_work, share, link) }
            { under_way::figures(&figures) }
            { files::during(&app.current.modules.rows, now) }
        </>
    }
}
