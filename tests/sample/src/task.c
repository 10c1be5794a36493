/* Tasks by themselves. Knows struct queue, struct device and union payload by name only. */
#include "task.h"

static noinline void setup(struct task *task)
{
	if (!task->parent)
		task->parent = task;
	list_init(&task->node);
}

struct task *task_get(struct task *task)
{
	setup(task);
	task->users.counter++;
	return task;
}

/* Reads one member of what it is given: gcc passes that member instead (task_dead.isra.0). */
static noinline bool task_dead(const struct task *task)
{
	return task->state == TASK_DEAD;
}

void task_put(struct task *task)
{
	if (--task->users.counter == 0 && !task_dead(task))
		task->state = TASK_STOPPED;
}

int task_rename(struct task *restrict task, const char *restrict name)
{
	int i;

	for (i = 0; i < TASK_NAME - 1 && name[i]; i++)
		task->name[i] = name[i];
	task->name[i] = 0;
	return i;
}

u64 task_age(const struct task *task, deadline_t now)
{
	return task->deadline - now;
}
