/* What both units know. */
typedef unsigned int u32;
typedef unsigned long long u64;

struct point { int x, y; };

struct list {
	struct list *next;
	struct point place;
	enum color { RED, GREEN = 5, BLUE = -3 } color;
	union { int number; float real; struct { char low, high; } parts; };
	u32 flag : 3, rest : 13;
};
typedef struct list list_t;

struct hidden;
typedef int (*callback_t)(struct list *, struct hidden *);
enum wide { LITTLE = 1, HUGE = 0x100000000ull };

static inline __attribute__((always_inline)) int weigh(const struct point *at, int factor)
{
	return at->x + factor * at->y;
}

int walk_list(list_t *all, callback_t each, long limit);
int count_up(int by);
int visit(struct list *one, struct hidden *what);
