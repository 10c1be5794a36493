/* The start: makes a few tasks, runs them through the queues, and leaves with 0. */
#include "queue.h"
#include "device.h"

__percpu u64 cycles_spent;
__percpu struct task *current_task;
__percpu struct queue run_queue;
__percpu u32 irq_counts[2][4];

static struct task tasks[3] = {
	{ .origin = "main", .name = "init", .deadline = 30, .flags = TF_NONE },
	{ .origin = "main", .name = "worker", .deadline = 10, .flags = TF_KTHREAD },
	{ .origin = "main", .name = "logger", .deadline = 20, .flags = TF_KTHREAD | TF_FROZEN },
};

struct device *console;

static noinline int setup(struct queue *queue, const struct queue_ops *ops)
{
	int row;

	queue->ops = ops;
	for (row = 0; row < QUEUE_CLASSES; row++)
		list_init(&queue->classes[row]);
	return 0;
}

static noinline void leave(long status)
{
	register long number __asm__("rax") = 60;
	register long code __asm__("rdi") = status;

	__asm__ volatile("syscall" : : "r"(number), "r"(code) : "rcx", "r11", "memory");
	for (;;)
		;
}

__attribute__((force_align_arg_pointer, used)) void _start(void)
{
	size_t i;
	struct task *task;

	setup(&run_queue, &deadline_ops);
	console = device_open("console", 1);
	for (i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		if (queue_add(&run_queue, task_get(&tasks[i])))
			leave(1);
	while ((task = queue_pick(&run_queue))) {
		current_task = task;
		cycles_spent += task_age(task, 5);
		irq_counts[0][task->policy & 3]++;
		device_log(console, task->name);
		task_put(task);
	}
	/* The deadlines are 10, 20 and 30: picked in that order, 45 in all. */
	leave(cycles_spent == 45 && device_lines(console) == 3 ? 0 : 2);
}
