// Functions that are inlined at several sites: arguments in registers, in memory, constant, and gone.
struct pair {
	long left, right;
};

extern int sink(int value);
extern struct pair table[8];

static inline __attribute__((always_inline)) int scale(int value, int factor)
{
	return sink(value * factor);
}

static inline __attribute__((always_inline)) long total(const struct pair *pair, int unused)
{
	return pair->left + pair->right;
}

static inline __attribute__((always_inline)) int nested(int value)
{
	return scale(value, 3) + 1;
}

int constant(int value)
{
	return scale(value, 7);
}

int twice(int value, int factor)
{
	return scale(value, factor) + nested(value);
}

long of_second(const struct pair *pairs)
{
	return total(pairs + 1, 0);
}
