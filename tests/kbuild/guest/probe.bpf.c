// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * Programs that only load where the kernel's BTF is right: their fields are relocated by name and type,
 * the functions they attach to and call are found and checked by their prototypes.
 *
 * Types are declared here with the few fields that are used, in an order that is not the kernel's, so
 * that nothing works by chance.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include "results.h"

#define RELOCATED __attribute__((preserve_access_index))

enum pid_type { PIDTYPE_SID = 77 };

struct task_struct {
	char comm[16];
	struct task_struct *real_parent;
	int tgid;
	int pid;
	long btfscope_has_no_such_field;
} RELOCATED;

struct net_device {
	unsigned int mtu;
	char name[16];
} RELOCATED;

struct btfscope_demo_pair {
	short right;
	long long left;
} RELOCATED;

extern struct task_struct *bpf_task_from_pid(int pid) __ksym;
extern void bpf_task_release(struct task_struct *task) __ksym;
extern int btfscope_demo_twice(int number) __ksym;

struct results results;

SEC("tp_btf/sched_process_exec")
int BPF_PROG(at_exec, struct task_struct *task)
{
	struct task_struct *found;

	if (task->pid != results.wanted_pid)
		return 0;
	results.execs++;
	results.pid = task->pid;
	results.parent_tgid = BPF_CORE_READ(task, real_parent, tgid);
	BPF_CORE_READ_STR_INTO(&results.comm, task, comm);
	results.task_size = bpf_core_type_size(struct task_struct);
	results.comm_offset = bpf_core_field_offset(struct task_struct, comm);
	results.pidtype_sid = bpf_core_enum_value(enum pid_type, PIDTYPE_SID);
	results.absent = !bpf_core_field_exists(task->btfscope_has_no_such_field);
	found = bpf_task_from_pid(task->pid);
	if (found) {
		results.found_pid = found->pid;
		bpf_task_release(found);
	}
	return 0;
}

SEC("fentry/dummy_dev_init")
int BPF_PROG(at_device, struct net_device *device)
{
	results.devices++;
	results.mtu = device->mtu;
	BPF_CORE_READ_STR_INTO(&results.device, device, name);
	return 0;
}

SEC("fexit/btfscope_demo_sum")
int BPF_PROG(at_sum, struct btfscope_demo_pair *pair, struct task_struct *task, int sum)
{
	results.sums++;
	results.left = pair->left;
	results.right = pair->right;
	results.task_pid = task->pid;
	results.sum = sum;
	results.twice = btfscope_demo_twice(sum);
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
