// SPDX-License-Identifier: MIT OR Apache-2.0
/* What the BPF programs saw; written by them, read by check.c. */
struct results {
	/* Whose exec is looked at; set before the programs run. */
	int wanted_pid;

	/* At its exec, by the tracepoint's arguments. */
	int execs;
	int pid;
	int parent_tgid;
	char comm[16];
	/* The same pid, found by number with a kfunc of the kernel's. */
	int found_pid;
	/* What relocations made of the size of a type, a value of an enumeration, a field that is not there. */
	unsigned task_size;
	unsigned long long comm_offset;
	int pidtype_sid;
	int absent;

	/* When the kernel's module `dummy` made a device. */
	int devices;
	char device[16];
	unsigned mtu;

	/* When the function of the module outside the tree returned. */
	int sums;
	long long left;
	int right;
	int sum;
	int task_pid;
	/* By the module's kfunc. */
	int twice;
};
