/* Structures, unions and arrays. */
#include "keep.h"

struct packed { char a; long b; short c; } __attribute__((packed));
struct packed_member { char a; long b __attribute__((packed)); int c; };
struct packed_pair { char a; struct packed b; } __attribute__((packed, aligned(4)));
struct aligned { char a; int b; } __attribute__((aligned(64)));
struct aligned_member { char a; int b __attribute__((aligned(32))); char c; };
struct holds_aligned { char lead; struct aligned inside; char tail; };
typedef int aligned_int __attribute__((aligned(16)));
struct aligned_typedef { char a; aligned_int b; };
struct unaligned_tail { long a; char b; };
struct two_packed { struct packed one; struct unaligned_tail two; char c; } __attribute__((packed));

struct empty {};
union empty_union {};
struct holds_empty { int a; struct empty none; union empty_union nothing; int b; };
struct flexible { int count; struct unaligned_tail items[]; };
struct zero_length { int count; char items[0]; };
struct zero_middle { int a; int mark[0]; int b; int other_mark[0]; long c; };
struct one_element { int count; char items[1]; };
struct arrays {
	int one[3];
	int two[2][3];
	char three[2][3][4];
	struct unaligned_tail of_structs[2][2];
	const int constant[4];
	const int constant_rows[2][2];
	volatile char *pointers[5];
	int (*to_array)[7];
	int (*to_rows)[7][8];
	int (*of_pointers[2])[3];
	void (*handlers[3])(int, const char *);
	long none[0];
	short zero_rows[0][4];
	enum { INSIDE_ARRAY } states[6];
	struct { int x; char y; } anonymous[2];
};

union number {
	int i;
	float f;
	double d;
	char bytes[sizeof(double)];
	struct { unsigned short low, high; };
	struct { unsigned short low, high; } named;
};

struct anonymous {
	int before;
	struct { int a; union { int b; struct { char c, d; }; }; };
	union { long e; void *f; };
	struct { int g; } h, *i, j[2];
	enum { ANONYMOUS_ONE = 1, ANONYMOUS_TWO } k;
	int after;
};

struct list { struct list *next, **previous; };
struct tree { struct tree *child[2]; struct node { struct tree *owner; int key; } node; };
struct second;
struct first { struct second *second; };
struct second { struct first first; struct never_defined *never; union never_union *other; };
typedef struct { int x, y; } point;
typedef point points[4], *point_pointer;
typedef union { point at; points all; } place;
typedef struct tag_and_name { struct tag_and_name *self; } tag_and_name;
struct uses_points { point a; points b; point_pointer c; place d; tag_and_name e; };

#if __SIZEOF_POINTER__ == 8
struct large { char lead[0x10000000]; int after[2]; };
#else
struct large { char lead[0x1000000]; int after[2]; };
#endif
typedef int vector __attribute__((vector_size(16)));
struct vectors { char lead; vector v; vector many[2]; };

KEEP struct packed packed;
KEEP struct packed_member packed_member;
KEEP struct packed_pair packed_pair;
KEEP struct aligned aligned;
KEEP struct aligned_member aligned_member;
KEEP struct holds_aligned holds_aligned;
KEEP struct aligned_typedef aligned_typedef;
KEEP struct two_packed two_packed;
KEEP struct holds_empty holds_empty;
KEEP struct flexible flexible;
KEEP struct zero_length zero_length;
KEEP struct zero_middle zero_middle;
KEEP struct one_element one_element;
KEEP struct arrays arrays;
KEEP union number number;
KEEP struct anonymous anonymous;
KEEP struct list list;
KEEP struct tree tree;
KEEP struct first first;
KEEP struct uses_points uses_points;
KEEP struct large *large;
KEEP struct vectors vectors;
int unknown_length[];
KEEP int sized_later[];
int sized_later[9];

int layout_use(struct packed by_value, const struct arrays *a, point p, points array_argument, int rows[][3])
{
	return by_value.c + a->two[1][2] + p.x + array_argument[1].y + rows[1][1] + unknown_length[0];
}
