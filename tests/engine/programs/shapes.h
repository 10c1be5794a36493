/* Every shape of a C type that compilers describe in their own ways. No headers: nothing is linked. */
#ifndef SHAPES_H
#define SHAPES_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;
typedef _Bool bool;

struct list {
	struct list *next, **prev;
};

/* Bitfields over one base, several bases, signed, of an enumeration, of _Bool, zero-width, of a typedef. */
enum mode { MODE_OFF, MODE_ON, MODE_AUTO };

struct bits {
	u32 a : 1, b : 7, c : 24;
	int d : 3;
	enum mode mode : 2;
	bool flag : 1;
	u32 : 0;
	u64 wide : 40, rest : 24;
	u16 last : 9;
};

struct __attribute__((packed)) packed {
	u8 tag;
	u64 value;
	u32 low : 5, high : 30;
	u16 tail;
};

struct flexible {
	u32 count;
	struct list items[];
};

struct empty_tail {
	u32 count;
	u8 none[0];
};

struct arrays {
	int one[3];
	u8 two[2][5];
	char *three[2][3][4];
	const int fixed[4];
};

enum signs { SIGN_MINUS = -5, SIGN_NULL, SIGN_PLUS = 7 };
enum bytes { BYTES_ONE = 1, BYTES_TOP = 0xffffffffu };
enum wide { WIDE_LOW = 1, WIDE_HIGH = 0x123456789abcdef0ull };
enum wide_signs { WIDE_MINUS = -0x123456789abcll, WIDE_PLUS = 3 };
enum __attribute__((packed)) small { SMALL_A = 1, SMALL_B = 200 };

union number {
	u8 bytes[8];
	s64 whole;
	struct {
		u32 low, high;
	};
	struct {
		u16 sign : 1, exponent : 15;
	} parts;
};

typedef struct {
	int counter;
} atomic_t;

typedef union {
	u8 raw;
	atomic_t shared;
} either_t;

typedef enum { LEVEL_LOW, LEVEL_HIGH } level_t;

typedef int (*compare_fn)(const void *, const void *);
typedef void (*format_fn)(const char *format, ...);
typedef struct list *(*walk_fn)(struct list *, compare_fn, int (*)(struct list *));

struct operations {
	int (*open)(struct operations *self, const char *name);
	void (*close)(void);
	format_fn log;
	walk_fn walk;
	bool (*const ready)(void);
};

struct floats {
	float f;
	double d;
};

struct qualified {
	const int constant;
	volatile u32 flags;
	const volatile u8 *port;
	int *restrict alone;
	char *const name;
	const char *const *volatile const names;
};

struct only_declared;

struct outer {
	atomic_t counter;
	either_t either;
	level_t level;
	struct only_declared *hidden;
	union number number;
	struct {
		int x, y;
		union {
			long l;
			void *p;
		};
	} inner;
	struct nested {
		int depth;
	} nested;
};

int variadic(const char *format, ...);
int entry(struct outer *outer, struct operations *operations, enum signs signs);
int other(const struct outer *outer, struct bits bits, u64 count);

#endif
