//! Types that most BPF programs read, and that must exist once.

use crate::examine::Encoded;
use crate::problem::{Definition, Problem};
use btf::Btf;
use budget::Budget;
use explore::Group;
use explore::why::{Search, repeated};

/// Structs that BPF programs of bcc, bpftrace, Cilium, the schedulers of `sched_ext`, Tetragon, and the kernel's own selftests read most.
/// Kernels have many names twice that no program reads, such as private structs of two drivers.
pub const CORE: [&str; 72] = [
    "task_struct",
    "mm_struct",
    "vm_area_struct",
    "signal_struct",
    "sighand_struct",
    "files_struct",
    "fdtable",
    "fs_struct",
    "cred",
    "pid",
    "pid_namespace",
    "nsproxy",
    "uts_namespace",
    "user_namespace",
    "thread_info",
    "linux_binprm",
    "pt_regs",
    "file",
    "path",
    "dentry",
    "inode",
    "super_block",
    "vfsmount",
    "mount",
    "address_space",
    "file_operations",
    "iov_iter",
    "kiocb",
    "page",
    "folio",
    "kmem_cache",
    "mem_cgroup",
    "cgroup",
    "cgroup_subsys_state",
    "css_set",
    "kernfs_node",
    "rq",
    "cfs_rq",
    "sched_entity",
    "sched_class",
    "sched_ext_ops",
    "sched_ext_entity",
    "hrtimer",
    "timer_list",
    "work_struct",
    "request",
    "request_queue",
    "bio",
    "gendisk",
    "block_device",
    "sk_buff",
    "skb_shared_info",
    "sock",
    "sock_common",
    "socket",
    "inet_sock",
    "inet_connection_sock",
    "tcp_sock",
    "udp_sock",
    "request_sock",
    "tcp_congestion_ops",
    "msghdr",
    "net",
    "net_device",
    "iphdr",
    "ipv6hdr",
    "tcphdr",
    "udphdr",
    "xdp_buff",
    "bpf_map",
    "bpf_prog",
    "module",
];

/// What was found: core types with several definitions, how many core types exist, and how many other structs and
/// unions have several definitions.
pub(crate) struct Checked {
    pub problems: Vec<Problem>,
    pub existing: usize,
    pub others: usize,
}

/// Looks for core types that have several definitions.
pub(crate) fn check(btf: &Btf, budget: Budget, encoded: Option<&Encoded>) -> Checked {
    let existing = btf.types().filter(|(_, ty)| {
        ty.kind().is_composite()
            && CORE
                .iter()
                .any(|core| btf.string(ty.name()) == Some(core.as_bytes()))
    });
    let mut checked = Checked {
        problems: Vec::new(),
        existing: existing.count(),
        others: 0,
    };
    for one in repeated(btf) {
        if !matches!(one.group, Group::Struct | Group::Union) {
            continue;
        }
        if !CORE.contains(&one.name.as_str()) {
            checked.others += 1;
            continue;
        }
        let units = encoded.map_or_else(Vec::new, |encoded| encoded.units(one.group, &one.name));
        let units = units.into_iter().chain(std::iter::repeat_with(Vec::new));
        let definitions = one.ids.iter().zip(units).map(|(&id, units)| Definition {
            id: id.0,
            size: btf.get(id).map_or(0, |ty| ty.size_or_type().into()),
            units,
        });
        let first = one.ids.first().copied();
        let others = one.ids.iter().skip(1);
        let mut search = Search::new(btf, budget, others.len());
        let differences = others.filter_map(|&other| {
            let trail = search.first_difference(first?, other);
            Some(trail.sentence())
        });
        checked.problems.push(Problem::CoreTypeRepeated {
            title: one.title(btf),
            definitions: definitions.collect(),
            differences: differences.collect(),
        });
    }
    checked
}
