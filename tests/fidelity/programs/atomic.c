/* Atomic types; with -DPLAIN the same types without the word. */
#include "keep.h"
#ifdef PLAIN
#define ATOMIC(type) type
#else
#define ATOMIC(type) _Atomic(type)
#endif

typedef ATOMIC(int) counter;
struct atomics {
	ATOMIC(int) direct;
	counter named;
	ATOMIC(long) *pointer_to;
	ATOMIC(int *) pointer;
	const ATOMIC(unsigned) constant;
	ATOMIC(_Bool) flag;
	ATOMIC(short) several[3];
	struct { ATOMIC(char) inner; };
};
KEEP struct atomics atomics;

int atomic_use(struct atomics *a, ATOMIC(int) *counter, int plain)
{
	return (a != 0) + (counter != 0) + plain;
}
