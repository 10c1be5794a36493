/* What every unit of the sample sees: the shapes that a kernel is full of. */
#ifndef SAMPLE_TYPES_H
#define SAMPLE_TYPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef int s32;
typedef unsigned long long u64;
typedef long long s64;
typedef _Bool bool;
typedef __SIZE_TYPE__ size_t;

/* A chain of typedefs: three names over one integer. */
typedef u64 ktime_t;
typedef ktime_t deadline_t;

/* An anonymous struct that only its typedef names. */
typedef struct {
	s32 counter;
} atomic_t;

/* A struct that points to itself. */
struct list_head {
	struct list_head *next, *prev;
};

/* Two structs that point to each other: a cycle that dedup has to follow. */
struct hlist_head {
	struct hlist_node *first;
};

struct hlist_node {
	struct hlist_node *next, **pprev;
	struct hlist_head *home;
};

#define offset_of(type, member) __builtin_offsetof(type, member)
#define container_of(ptr, type, member) ((type *)((char *)(ptr) - offset_of(type, member)))

#define __percpu __attribute__((section(".data..percpu")))
#define noinline __attribute__((noinline))

static inline void list_init(struct list_head *list)
{
	list->next = list;
	list->prev = list;
}

static inline bool list_empty(const struct list_head *list)
{
	return list->next == list;
}

static inline void list_add(struct list_head *entry, struct list_head *head)
{
	entry->next = head->next;
	entry->prev = head;
	head->next->prev = entry;
	head->next = entry;
}

static inline void list_del(struct list_head *entry)
{
	entry->next->prev = entry->prev;
	entry->prev->next = entry->next;
	list_init(entry);
}

#endif
