/* Two disciplines behind one table of functions. */
#include "queue.h"

/* This unit's own struct slot; device.c has another one of the same name. */
struct slot {
	struct task *task;
	u32 weight;
};

static struct slot slots[QUEUE_SLOTS];

static bool before(const struct task *a, const struct task *b)
{
	return a->deadline < b->deadline;
}

static bool before_by_nice(const struct task *a, const struct task *b)
{
	return a->nice < b->nice;
}

/* Always called with the same class: gcc makes a copy for it (insert.constprop.0). */
static noinline int insert(struct queue *queue, struct task *task, int class)
{
	struct list_head *head = &queue->classes[class], *at = head->next;

	while (at != head && !queue->ops->before(task, container_of(at, struct task, node)))
		at = at->next;
	list_add(&task->node, at->prev);
	queue->load[class][task->policy]++;
	slots[queue->length.counter % QUEUE_SLOTS].task = task;
	return 0;
}

static int enqueue(struct queue *queue, struct task *task)
{
	return insert(queue, task, 1);
}

static struct task *pick(struct queue *queue)
{
	struct list_head *head = &queue->classes[1], *first = head->next;

	if (list_empty(head))
		return 0;
	list_del(first);
	return container_of(first, struct task, node);
}

const struct queue_ops deadline_ops = {
	.name = "deadline", .enqueue = enqueue, .pick = pick, .before = before,
};

const struct queue_ops fair_ops = {
	.name = "fair", .enqueue = enqueue, .pick = pick, .before = before_by_nice,
};
