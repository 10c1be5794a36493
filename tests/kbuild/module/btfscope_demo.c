// SPDX-License-Identifier: MIT OR Apache-2.0
/*
 * A module outside the kernel's tree, for its BTF: a type and a function of its own, a function that
 * takes a type of the kernel's, and a kfunc. A write to its parameter `trigger` calls them.
 */
#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/btf_ids.h>
#include <linux/module.h>
#include <linux/sched.h>

struct btfscope_demo_pair {
	const char *label;
	long long left;
	short right;
};

__bpf_kfunc_start_defs();

/* For BPF programs alone. */
__bpf_kfunc int btfscope_demo_twice(int number)
{
	return number * 2;
}

__bpf_kfunc_end_defs();

/* What the tracing program attaches to; never inlined, so that it is called. */
noinline int btfscope_demo_sum(struct btfscope_demo_pair *pair, struct task_struct *task);
noinline int btfscope_demo_sum(struct btfscope_demo_pair *pair, struct task_struct *task)
{
	barrier_data(pair);
	return (int)(pair->left + pair->right) + (task == NULL);
}

static int trigger_set(const char *text, const struct kernel_param *param)
{
	struct btfscope_demo_pair pair = { .label = "demo", .right = 2 };
	int error = kstrtoll(text, 0, &pair.left);

	if (error)
		return error;
	return btfscope_demo_sum(&pair, current) < 0 ? -EINVAL : 0;
}

static const struct kernel_param_ops trigger_ops = { .set = trigger_set };
module_param_cb(trigger, &trigger_ops, NULL, 0200);

BTF_KFUNCS_START(btfscope_demo_kfuncs)
BTF_ID_FLAGS(func, btfscope_demo_twice)
BTF_KFUNCS_END(btfscope_demo_kfuncs)

static const struct btf_kfunc_id_set btfscope_demo_set = {
	.owner = THIS_MODULE,
	.set = &btfscope_demo_kfuncs,
};

static int __init btfscope_demo_init(void)
{
	return register_btf_kfunc_id_set(BPF_PROG_TYPE_TRACING, &btfscope_demo_set);
}

static void __exit btfscope_demo_exit(void)
{
}

module_init(btfscope_demo_init);
module_exit(btfscope_demo_exit);
MODULE_DESCRIPTION("Types and functions for a test of module BTF");
MODULE_LICENSE("Dual MIT/GPL");
