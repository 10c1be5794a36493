//! What one writes so that a program works on both kernels.

use crate::answer::{CheckedExtern, Relocation};
use crate::instead::{Cause, Instead, Missing};
use crate::object::ExternKind;

/// Code that copes with a missing field, type, or enumerator.
pub(super) fn for_missing(one: &Relocation, missing: &Missing) -> Option<String> {
    let name = &missing.name;
    match &missing.cause {
        Cause::Member => {
            let (holder, pointer) = holder(one, missing);
            let exists = format!("bpf_core_field_exists({pointer}->{name})");
            let is_bitfield = missing
                .declared
                .as_ref()
                .is_some_and(|text| text.contains(" : "));
            let read = match is_bitfield {
                true => "BPF_CORE_READ_BITFIELD_PROBED",
                false => "BPF_CORE_READ",
            };
            let then = format!("    value = {read}({pointer}, {name});");
            let bare = holder.rsplit(' ').next().unwrap_or(&holder);
            match missing.instead.first() {
                Some(Instead::Renamed {
                    name: new,
                    declaration,
                }) => Some(format!(
                    "struct {bare}___new {{\n    {declaration};\n}} __attribute__((preserve_access_index));\n\nif ({exists})\n{then}\n\
else\n    value = BPF_CORE_READ((struct {bare}___new *){pointer}, {new});"
                )),
                Some(Instead::Moved { path, .. }) => {
                    // A member of a member is one step; a pointer begins another.
                    let steps = path.replace("->", ", ");
                    Some(format!(
                        "if ({exists})\n{then}\nelse /* declare struct {bare}___new with {path} */\n    \
value = BPF_CORE_READ((struct {bare}___new *){pointer}, {steps});"
                    ))
                }
                _ => Some(format!("if ({exists})\n{then}")),
            }
        }
        Cause::Type { .. } | Cause::TypeDiffers => {
            let local = one.access.split(['.', '[']).next().unwrap_or(name);
            match missing.instead.first() {
                Some(Instead::Module { name }) => Some(format!(
                    "/* load the module {name} before the program */\nif (bpf_core_type_exists({local}))\n    …"
                )),
                _ => Some(format!("if (bpf_core_type_exists({local}))\n    …")),
            }
        }
        Cause::Enumerator => {
            let of = one.access.split("::").next().unwrap_or_default();
            Some(format!(
                "if (bpf_core_enum_value_exists({of}, {name}))\n    value = bpf_core_enum_value({of}, {name});"
            ))
        }
        Cause::MemberKind { kernel_has } => {
            let (holder, pointer) = holder(one, missing);
            let bare = holder.rsplit(' ').next().unwrap_or(&holder).to_owned();
            Some(format!(
                "struct {bare}___new {{\n    {kernel_has};\n}} __attribute__((preserve_access_index));\n\n\
if (bpf_core_field_exists(((struct {bare}___new *){pointer})->{name}))\n    …"
            ))
        }
        Cause::UnsafeSize => Some(format!(
            "/* reads any size, and bitfields */\nvalue = BPF_CORE_READ_BITFIELD_PROBED(pointer, {name});"
        )),
        Cause::NoParts | Cause::Short { .. } => None,
    }
}

/// The struct that lacks the member, and the name of a pointer to it.
fn holder(one: &Relocation, missing: &Missing) -> (String, String) {
    let holder = match missing.within.is_empty() {
        true => one
            .access
            .split(['.', '['])
            .next()
            .unwrap_or_default()
            .to_owned(),
        false => missing.within.clone(),
    };
    let bare = holder.rsplit(' ').next().unwrap_or_default();
    let pointer = match bare {
        "task_struct" => "task",
        "sk_buff" => "skb",
        "request" => "rq",
        "sock" | "inet_sock" | "tcp_sock" => "sk",
        _ => "p",
    };
    (holder, pointer.to_owned())
}

/// Code that copes with an extern that does not resolve.
pub(super) fn for_extern(one: &CheckedExtern) -> Option<String> {
    let name = &one.name;
    match one.kind {
        ExternKind::Function => {
            let declared = one.declared.trim_end_matches(';');
            Some(format!(
                "extern {declared} __ksym __weak;\n\nif (bpf_ksym_exists({name}))\n    …"
            ))
        }
        ExternKind::Variable | ExternKind::Symbol if !one.is_weak => Some(format!(
            "extern {} __ksym __weak;\n\nif (&{name})\n    …",
            one.declared
        )),
        ExternKind::Config if !one.is_weak => {
            Some(format!("extern {} __kconfig __weak;", one.declared))
        }
        _ => None,
    }
}

/// Code that copes with a target that does not exist.
pub(super) fn for_target(program: &str, section: &str) -> String {
    let bare = section.trim_start_matches('?');
    let (family, target) = bare.split_once('/').unwrap_or((bare, ""));
    let attach = match family {
        "fentry" | "fentry.s" => "BPF_TRACE_FENTRY",
        "fexit" | "fexit.s" => "BPF_TRACE_FEXIT",
        "fmod_ret" | "fmod_ret.s" => "BPF_MODIFY_RETURN",
        "tp_btf" => "BPF_TRACE_RAW_TP",
        "lsm" | "lsm.s" => "BPF_LSM_MAC",
        "lsm_cgroup" => "BPF_LSM_CGROUP",
        _ => "BPF_TRACE_ITER",
    };
    format!(
        "SEC(\"?{bare}\")\n\n/* in the program that loads the object */\nif (libbpf_find_vmlinux_btf_id(\"{target}\", {attach}) > 0)\n    \
bpf_program__set_autoload(skel->progs.{program}, true);"
    )
}
