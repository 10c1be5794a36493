/* Sees struct slot and struct queue by name only: the first stays a forward declaration, since it
 * has two definitions elsewhere; the second becomes a pointer to the one definition. */
#include "task.h"
#include "device.h"

struct trace_entry {
	ktime_t when;
	const struct task *task;
	const struct slot *slot;
	const volatile struct queue *queue;
	/* A struct that is defined nowhere at all. */
	struct module *owner;
	s64 delta : 48;
	u64 kind : 16;
};

__percpu struct trace_entry trace_last;
__percpu const struct task *trace_filter;

static noinline bool before(const struct trace_entry *a, const struct trace_entry *b)
{
	return a->when < b->when;
}

int trace_record(const struct task *task, const struct slot *slot, ktime_t now)
{
	struct trace_entry entry = { .when = now, .task = task, .slot = slot, .queue = task->queue };

	if (trace_filter && trace_filter != task)
		return 0;
	if (before(&entry, &trace_last))
		return -1;
	entry.delta = (s64)(now - trace_last.when);
	trace_last = entry;
	return 1;
}
