/* Queues: the definitions that task.c does without. */
#include "queue.h"

int queue_add(struct queue *queue, struct task *task)
{
	task->queue = queue;
	queue->length.counter++;
	queue->pressure = (float)queue->length.counter / QUEUE_SLOTS;
	return queue->ops->enqueue(queue, task);
}

struct task *queue_pick(struct queue *queue)
{
	struct task *task = queue->ops->pick(queue);

	if (task) {
		queue->length.counter--;
		queue->average = (queue->average + queue->pressure) / 2;
	}
	return task;
}
