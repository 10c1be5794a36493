//! What the name of a program's section means: its type, and where it attaches.

/// Where a program attaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum AttachTo {
    /// To nothing that a kernel's BTF knows.
    Elsewhere,
    /// To a function by its BTF: fentry, fexit, `fmod_ret`, fsession.
    Function,
    /// To a tracepoint by its BTF.
    BtfTracepoint,
    /// To a hook of security modules.
    Lsm,
    /// To an iterator.
    Iterator,
    /// To a program that is loaded already.
    Program,
    /// To a member of a struct of operations.
    StructOps,
    /// To a function's address, by its symbol.
    Kprobe,
    /// To functions by a pattern.
    KprobeMulti,
    /// To a system call, by its number's symbol.
    Syscall,
    /// To a tracepoint, by category and name.
    Tracepoint,
    /// To a tracepoint, by name.
    RawTracepoint,
}

/// What a section's name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionKind {
    /// Where its programs attach.
    pub attach: AttachTo,
    /// The first part of the name: `fentry`.
    pub prefix: String,
    /// What follows: `vfs_read`; `None` if nothing follows.
    pub target: Option<String>,
}

/// Names that stand alone or before a slash and a target, and where such programs attach.
const WITH_TARGET: &[(&str, AttachTo)] = &[
    ("fentry", AttachTo::Function),
    ("fexit", AttachTo::Function),
    ("fmod_ret", AttachTo::Function),
    ("fsession", AttachTo::Function),
    ("fentry.s", AttachTo::Function),
    ("fexit.s", AttachTo::Function),
    ("fmod_ret.s", AttachTo::Function),
    ("fsession.s", AttachTo::Function),
    ("tp_btf", AttachTo::BtfTracepoint),
    ("lsm", AttachTo::Lsm),
    ("lsm.s", AttachTo::Lsm),
    ("lsm_cgroup", AttachTo::Lsm),
    ("iter", AttachTo::Iterator),
    ("iter.s", AttachTo::Iterator),
    ("freplace", AttachTo::Program),
    ("struct_ops", AttachTo::StructOps),
    ("struct_ops.s", AttachTo::StructOps),
    ("kprobe", AttachTo::Kprobe),
    ("kretprobe", AttachTo::Kprobe),
    ("kprobe.multi", AttachTo::KprobeMulti),
    ("kretprobe.multi", AttachTo::KprobeMulti),
    ("kprobe.session", AttachTo::KprobeMulti),
    ("ksyscall", AttachTo::Syscall),
    ("kretsyscall", AttachTo::Syscall),
    ("tracepoint", AttachTo::Tracepoint),
    ("tp", AttachTo::Tracepoint),
    ("raw_tracepoint", AttachTo::RawTracepoint),
    ("raw_tp", AttachTo::RawTracepoint),
    ("raw_tracepoint.w", AttachTo::RawTracepoint),
    ("raw_tp.w", AttachTo::RawTracepoint),
    ("uprobe", AttachTo::Elsewhere),
    ("uprobe.s", AttachTo::Elsewhere),
    ("uretprobe", AttachTo::Elsewhere),
    ("uretprobe.s", AttachTo::Elsewhere),
    ("uprobe.multi", AttachTo::Elsewhere),
    ("uretprobe.multi", AttachTo::Elsewhere),
    ("uprobe.session", AttachTo::Elsewhere),
    ("uprobe.multi.s", AttachTo::Elsewhere),
    ("uretprobe.multi.s", AttachTo::Elsewhere),
    ("uprobe.session.s", AttachTo::Elsewhere),
    ("usdt", AttachTo::Elsewhere),
    ("usdt.s", AttachTo::Elsewhere),
];

/// Names that are complete.
const EXACT: &[&str] = &[
    "socket",
    "sk_reuseport/migrate",
    "sk_reuseport",
    "tc/ingress",
    "tc/egress",
    "tcx/ingress",
    "tcx/egress",
    "tc",
    "classifier",
    "action",
    "netkit/primary",
    "netkit/peer",
    "syscall",
    "xdp.frags/devmap",
    "xdp/devmap",
    "xdp.frags/cpumap",
    "xdp/cpumap",
    "xdp.frags",
    "xdp",
    "perf_event",
    "lwt_in",
    "lwt_out",
    "lwt_xmit",
    "lwt_seg6local",
    "sockops",
    "sk_skb/stream_parser",
    "sk_skb/stream_verdict",
    "sk_skb/verdict",
    "sk_skb",
    "sk_msg",
    "lirc_mode2",
    "flow_dissector",
    "cgroup_skb/ingress",
    "cgroup_skb/egress",
    "cgroup/skb",
    "cgroup/sock_create",
    "cgroup/sock_release",
    "cgroup/sock",
    "cgroup/post_bind4",
    "cgroup/post_bind6",
    "cgroup/bind4",
    "cgroup/bind6",
    "cgroup/connect4",
    "cgroup/connect6",
    "cgroup/connect_unix",
    "cgroup/sendmsg4",
    "cgroup/sendmsg6",
    "cgroup/sendmsg_unix",
    "cgroup/recvmsg4",
    "cgroup/recvmsg6",
    "cgroup/recvmsg_unix",
    "cgroup/getpeername4",
    "cgroup/getpeername6",
    "cgroup/getpeername_unix",
    "cgroup/getsockname4",
    "cgroup/getsockname6",
    "cgroup/getsockname_unix",
    "cgroup/sysctl",
    "cgroup/getsockopt",
    "cgroup/setsockopt",
    "cgroup/dev",
    "sk_lookup",
    "netfilter",
];

/// Types of programs by their numbers.
const TYPES: &[&str] = &[
    "all",
    "socket_filter",
    "kprobe",
    "sched_cls",
    "sched_act",
    "tracepoint",
    "xdp",
    "perf_event",
    "cgroup_skb",
    "cgroup_sock",
    "lwt_in",
    "lwt_out",
    "lwt_xmit",
    "sock_ops",
    "sk_skb",
    "cgroup_device",
    "sk_msg",
    "raw_tracepoint",
    "cgroup_sock_addr",
    "lwt_seg6local",
    "lirc_mode2",
    "sk_reuseport",
    "flow_dissector",
    "cgroup_sysctl",
    "raw_tracepoint_writable",
    "cgroup_sockopt",
    "tracing",
    "struct_ops",
    "ext",
    "lsm",
    "sk_lookup",
    "syscall",
    "netfilter",
];

/// The name of a type of programs: `tracing`.
pub(crate) fn type_name(number: u32) -> String {
    let known = usize::try_from(number).ok().and_then(|at| TYPES.get(at));
    known.map_or_else(|| format!("type {number}"), |name| (*name).to_owned())
}

impl SectionKind {
    /// Reads the name of a section, without a `?` in front. `None` if no type of program has that name.
    ///
    /// ```
    /// use core_check::{AttachTo, SectionKind};
    ///
    /// let kind = SectionKind::of("fentry/vfs_read").expect("a known name");
    /// assert_eq!((kind.attach, kind.target.as_deref()), (AttachTo::Function, Some("vfs_read")));
    /// assert_eq!(SectionKind::of("xdp_sock"), None);
    /// ```
    pub fn of(name: &str) -> Option<SectionKind> {
        if EXACT.contains(&name) {
            return Some(SectionKind {
                attach: AttachTo::Elsewhere,
                prefix: name.to_owned(),
                target: None,
            });
        }
        let (prefix, target) = match name.split_once('/') {
            Some((prefix, target)) => (prefix, Some(target)),
            None => (name, None),
        };
        let &(_, attach) = WITH_TARGET.iter().find(|(known, _)| *known == prefix)?;
        Some(SectionKind {
            attach,
            prefix: prefix.to_owned(),
            target: target
                .filter(|target| !target.is_empty())
                .map(str::to_owned),
        })
    }

    /// The number of the program's type (`BPF_PROG_TYPE_…`), and its name.
    pub fn program_type(&self) -> Option<(u32, &'static str)> {
        let name = match self.attach {
            AttachTo::Function | AttachTo::BtfTracepoint | AttachTo::Iterator => "tracing",
            AttachTo::Lsm => "lsm",
            AttachTo::StructOps => "struct_ops",
            AttachTo::Program => "ext",
            AttachTo::Kprobe | AttachTo::KprobeMulti | AttachTo::Syscall => "kprobe",
            AttachTo::Tracepoint => "tracepoint",
            AttachTo::RawTracepoint if self.prefix.ends_with(".w") => "raw_tracepoint_writable",
            AttachTo::RawTracepoint => "raw_tracepoint",
            AttachTo::Elsewhere => match self.prefix.split(['/', '.']).next()? {
                "uprobe" | "uretprobe" | "usdt" => "kprobe",
                "socket" => "socket_filter",
                "tc" | "tcx" | "classifier" | "netkit" => "sched_cls",
                "action" => "sched_act",
                "cgroup" => return None,
                "sockops" => "sock_ops",
                other => other,
            },
        };
        let number = TYPES.iter().position(|known| *known == name)?;
        Some((u32::try_from(number).ok()?, TYPES[number]))
    }

    /// Whether the program runs when a function returns, and so can read the result behind the arguments.
    pub fn sees_result(&self) -> bool {
        self.prefix.starts_with("fexit")
            || self.prefix.starts_with("fmod_ret")
            || self.prefix.starts_with("fsession")
    }
}
