//! Modules under way: live figures, and every file with its state.

use super::progress::stat;
use super::{bars, files};
use crate::app::{App, WorkMsg};
use crate::work::Batch;
use protocol::figures::{bytes, clock, counted, grouped};
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
        "Just started.".to_owned()
    };
    let (done, all) = totals.modules;
    let (btf, btf_unit) = bytes(totals.btf_bytes);
    let (speed, speed_unit) = bytes((totals.dwarf_bytes as f64 / now.max(0.1)) as u64);
    let (memory, memory_unit) = bytes(batch.memory.now as u64);
    html! {
        <>
            <div class="head">
                <div>
                    <h1 id="title" tabindex="-1">{ "Encoding modules" }
                        <span class="dim of">{ format!(" {} of {}", grouped((done + 1).min(all) as u64), grouped(all as u64)) }</span></h1>
                    <p class="sub">{ left }{ format!(" {} at work.", counted(batch.workers() as u64, "worker is", "workers are")) }{ " You can use other tabs while this runs." }</p>
                </div>
                <button type="button" class="btn btn--lg" aria-keyshortcuts="Escape" onclick={link.callback(|_| WorkMsg::Cancel)}>
                    { "Cancel" }<kbd class="only-wide" aria-hidden="true">{ "Esc" }</kbd></button>
            </div>
            <div role="progressbar" aria-label="Whole job" aria-valuemin="0" aria-valuemax="100"
                aria-valuenow={format!("{:.0}", share * 100.0)}>
                { bars::simple("total", "go", share) }
            </div>
            <dl class="now stat">
                { stat("Modules", grouped(done as u64), format!("/ {}", grouped(all as u64))) }
                { stat("Types so far", grouped(totals.types), String::new()) }
                { stat("BTF so far", btf, btf_unit.to_owned()) }
                { stat("DWARF speed", speed, format!("{speed_unit}/s")) }
                { stat("Elapsed", clock(now), String::new()) }
                { stat("Memory", memory, memory_unit.to_owned()) }
            </dl>
            { files::during(&app.current.modules.rows, now) }
        </>
    }
}
