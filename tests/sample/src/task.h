/* Tasks. Units that include only this header know struct queue by its name alone: a forward
 * declaration that dedup resolves with the definition that queue.h gives to other units. */
#ifndef SAMPLE_TASK_H
#define SAMPLE_TASK_H

#include "types.h"

#define TASK_NAME 16

struct queue;
struct device;
union payload;

enum task_state {
	TASK_RUNNING,
	TASK_SLEEPING = 1,
	TASK_STOPPED = 4,
	TASK_DEAD = -1,
};

/* Too large for 32 bits: an ENUM64. */
enum task_flags {
	TF_NONE = 0,
	TF_KTHREAD = 1ULL << 21,
	TF_FROZEN = 1ULL << 40,
	TF_ALL = ~0ULL,
};

struct task {
	struct list_head node;
	struct task *parent;
	struct queue *queue;
	enum task_state state;
	enum task_flags flags;
	/* Bit fields: a flag, two numbers, and a gap in between. */
	unsigned int traced : 1;
	unsigned int policy : 3;
	unsigned int : 4;
	s32 nice : 6;
	u64 cookie : 40;
	deadline_t deadline;
	union {
		u64 word;
		struct {
			u32 low, high;
		};
		u8 bytes[8];
	} id;
	atomic_t users;
	union payload *payload;
	const char *const origin;
	char name[TASK_NAME];
};

struct task *task_get(struct task *task);
void task_put(struct task *task);
int task_rename(struct task *restrict task, const char *restrict name);
u64 task_age(const struct task *task, deadline_t now);

#endif
