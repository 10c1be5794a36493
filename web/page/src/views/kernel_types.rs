//! The switch between the types that a kernel carries and those that the encoder of its build writes.

use super::modules::is_checked;
use crate::app::{App, ResultMsg};
use crate::work::Model;
use protocol::job_result::Origin;
use yew::html::Scope;
use yew::prelude::*;

/// The section of the overview: for a kernel whose build changes types behind the encoder, or does not say.
pub fn section(model: &Model, link: &Scope<App>) -> Html {
    let statistics = &model.files.statistics;
    let release = statistics.input.identity.release.as_deref();
    let Some(kernel) = statistics.kernel.filter(|kernel| {
        let may_change = kernel.build.is_some() || kernel.applied.is_some() || release.is_none();
        model.origin == Origin::Encoded && may_change
    }) else {
        return Html::default();
    };
    let of = match release {
        Some(release) => format!("Linux {release}"),
        None => "this kernel".to_owned(),
    };
    let why = match kernel.build {
        Some(_) => format!("The build of {of} changes what pahole writes:"),
        None => "From Linux 7.0 on, builds change what pahole writes:".to_owned(),
    };
    let onchange = link.callback(|event: Event| ResultMsg::OfKernel(is_checked(&event)));
    html! {
        <section class="no-print">
            <h2>{ "Kernel" }</h2>
            if model.reopened {
                <p class="sub">{ match kernel.applied {
                    Some(_) => "These types are the kernel’s own: its build changed what pahole wrote.",
                    None => "These types are as pahole writes them, before the build changes them.",
                } }</p>
            } else {
                <label class="check"><input type="checkbox" checked={kernel.applied.is_some()} aria-describedby="of-kernel" {onchange} />
                    <span>{ "Types as the kernel carries them" }</span>
                    <span class="dim" id="of-kernel">{ why }{ " kfuncs lose the arguments that the verifier passes, and types are sorted. Checked: the result is what " }<code>{ "/sys/kernel/btf/vmlinux" }</code>{ " contains. Not checked: what pahole writes. Changing this encodes the file again." }</span></label>
            }
        </section>
    }
}
