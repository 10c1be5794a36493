//! Skeletons of BPF programs on a function.

use btf::print::c::type_name;
use btf::{Btf, Kind, Type, TypeId};

/// The most parameters that libbpf's `BPF_PROG` passes on.
const MOST_PARAMETERS: usize = 12;

/// A prototype in C.
struct Prototype {
    name: String,
    returns: TypeId,
    parameters: Vec<(String, TypeId)>,
    variadic: bool,
}

impl Prototype {
    fn of(btf: &Btf, name: &str, id: TypeId) -> Option<Prototype> {
        let ty = btf.get(id).filter(|ty| ty.kind() == Kind::FuncProto)?;
        let mut parameters = Vec::new();
        let mut variadic = false;
        for (at, parameter) in ty.params().enumerate() {
            let name = btf.str(parameter.name);
            if name.is_empty() && parameter.ty == TypeId::VOID {
                variadic = true;
                continue;
            }
            // `ctx` is what BPF_PROG itself calls its argument.
            let name = match &*name {
                "" => format!("arg{}", at + 1),
                "ctx" => "ctx_".to_owned(),
                name => name.to_owned(),
            };
            parameters.push((name, parameter.ty));
        }
        Some(Prototype {
            name: name.to_owned(),
            returns: TypeId(ty.size_or_type()),
            parameters,
            variadic,
        })
    }

    fn of_function(btf: &Btf, id: TypeId) -> Result<Prototype, String> {
        let name = btf.name(id);
        let target = btf
            .get(id)
            .filter(|ty| ty.kind() == Kind::Func)
            .and_then(Type::target);
        target
            .and_then(|target| Prototype::of(btf, &name, target))
            .ok_or_else(|| format!("{name} is no function: programs attach to functions"))
    }

    /// The parameters as `BPF_PROG` takes them, behind the program's name.
    fn arguments(&self, btf: &Btf) -> String {
        let parameters = self.parameters.iter();
        let parameters = parameters.map(|(name, ty)| format!(", {}", type_name(btf, *ty, name)));
        parameters.collect()
    }

    /// Whether some parameter is a struct by value, which takes more than one register.
    fn has_struct(&self, btf: &Btf) -> bool {
        let is_struct = |ty: &TypeId| btf.kind(super::behind(btf, *ty)).is_composite();
        self.parameters.iter().any(|(_, ty)| is_struct(ty))
    }
}

/// A whole program with its includes and licence.
fn program(section: &str, name: &str, function: &str, arguments: &str) -> String {
    format!(
        "#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n#include <bpf/bpf_tracing.h>\n\n\
         SEC(\"{section}/{function}\")\nint BPF_PROG({name}{arguments})\n{{\n\treturn 0;\n}}\n\n\
         char LICENSE[] SEC(\"license\") = \"GPL\";\n"
    )
}

/// A program that runs when a function is entered, or when it returns.
pub fn traced(btf: &Btf, id: TypeId, returns: bool) -> Result<String, String> {
    let prototype = Prototype::of_function(btf, id)?;
    let name = &prototype.name;
    if prototype.variadic {
        return Err(format!(
            "{name} takes any number of arguments: the verifier refuses fentry and fexit on it"
        ));
    }
    if prototype.has_struct(btf) {
        return Err(format!(
            "{name} takes a struct by value, which BPF_PROG does not pass on; write its program with BPF_PROG2"
        ));
    }
    if prototype.parameters.len() + usize::from(returns) > MOST_PARAMETERS {
        return Err(format!(
            "{name} takes more than {MOST_PARAMETERS} parameters, which BPF_PROG does not pass on"
        ));
    }
    let mut arguments = prototype.arguments(btf);
    if returns && super::behind(btf, prototype.returns) != TypeId::VOID {
        arguments.push_str(&format!(", {}", type_name(btf, prototype.returns, "ret")));
    }
    let (section, end) = if returns {
        ("fexit", "exit")
    } else {
        ("fentry", "entry")
    };
    Ok(program(section, &format!("{name}_{end}"), name, &arguments))
}

/// The declaration with which a program calls a kfunc.
pub fn kfunc(btf: &Btf, id: TypeId) -> Result<String, String> {
    let prototype = Prototype::of_function(btf, id)?;
    let target = btf.get(id).and_then(Type::target).unwrap_or_default();
    let declared = type_name(btf, target, &prototype.name);
    Ok(format!(
        "#include \"vmlinux.h\"\n#include <bpf/bpf_helpers.h>\n\n\
         /* Weak, so that a program loads on kernels without it: call it only if bpf_ksym_exists() says so. */\n\
         extern {declared} __ksym __weak;\n"
    ))
}

/// A program on a tracepoint: of `btf_trace_NAME`, a typedef of a pointer to a prototype whose first parameter is the
/// tracepoint's own.
pub fn tracepoint(btf: &Btf, id: TypeId) -> Result<String, String> {
    let full = btf.name(id);
    let short = full
        .strip_prefix("btf_trace_")
        .or(full.strip_prefix("__bpf_trace_"));
    let short = short
        .or(full.strip_prefix("__traceiter_"))
        .unwrap_or(&full)
        .to_owned();
    let typedef = btf.find(Kind::Typedef, &format!("btf_trace_{short}"));
    let none =
        || format!("this BTF has no tracepoint {short}: it has no typedef btf_trace_{short}");
    let pointer = super::behind(btf, typedef.ok_or_else(none)?);
    let target = btf.get(pointer).and_then(Type::target).ok_or_else(none)?;
    let mut prototype = Prototype::of(btf, &short, super::behind(btf, target)).ok_or_else(none)?;
    if !prototype.parameters.is_empty() {
        prototype.parameters.remove(0);
    }
    let arguments = prototype.arguments(btf);
    Ok(program(
        "tp_btf",
        &format!("{short}_tp"),
        &short,
        &arguments,
    ))
}
