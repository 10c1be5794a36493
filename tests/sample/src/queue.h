/* Queues, with everything that struct task only points to. */
#ifndef SAMPLE_QUEUE_H
#define SAMPLE_QUEUE_H

#include "task.h"

#define QUEUE_CLASSES 4
#define QUEUE_SLOTS 8

struct queue_ops {
	const char *name;
	int (*enqueue)(struct queue *queue, struct task *task);
	struct task *(*pick)(struct queue *queue);
	bool (*before)(const struct task *a, const struct task *b);
	void (*trace)(const char *format, ...);
};

struct queue {
	const struct queue_ops *ops;
	struct list_head classes[QUEUE_CLASSES];
	/* Two dimensions: an array of arrays. */
	u32 load[QUEUE_CLASSES][QUEUE_SLOTS];
	struct hlist_head by_name[QUEUE_SLOTS];
	atomic_t length;
	float pressure;
	double average;
};

union payload {
	u64 number;
	void *pointer;
	struct {
		u16 kind;
		u16 length;
		u32 value;
	} packed __attribute__((packed));
	int (*call)(union payload *self);
};

extern const struct queue_ops fair_ops;
extern const struct queue_ops deadline_ops;

int queue_add(struct queue *queue, struct task *task);
struct task *queue_pick(struct queue *queue);

#endif
