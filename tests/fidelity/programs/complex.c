/* Complex numbers, for which BTF has no kind; with -DPLAIN the structures that stand for them, which are the
   same to the calling convention of none of the functions here. */
#include "keep.h"

struct complex_float { float real; float imag; };
struct complex_double { double real; double imag; };
struct complex_long_double { long double real; long double imag; };
#ifdef PLAIN
#define COMPLEX(type, plain) struct plain
#else
#define COMPLEX(type, plain) type _Complex
#endif

typedef COMPLEX(float, complex_float) named;
struct complexes {
	int before;
	COMPLEX(float, complex_float) f;
	COMPLEX(double, complex_double) d;
	char unaligned;
	COMPLEX(long double, complex_long_double) longest;
	named several[3];
	const COMPLEX(float, complex_float) *pointer;
	int after;
};
struct __attribute__((packed)) packed_complexes { char first; COMPLEX(double, complex_double) d; };
struct plain_beside { int a; double number; struct complexes *c; };
KEEP struct complexes complexes;
KEEP struct packed_complexes packed_complexes;
KEEP struct plain_beside plain_beside;

int complex_use(struct plain_beside *beside, COMPLEX(double, complex_double) *c)
{
	return beside->a + (c != 0);
}
