/* Complex numbers, for which BTF has no kind. */
#include "keep.h"

struct complexes {
	int before;
	float _Complex f;
	double _Complex d;
	int after;
};
struct plain_beside { int a; struct complexes *c; };
KEEP struct complexes complexes;
KEEP struct plain_beside plain_beside;

int complex_use(struct plain_beside *beside, double _Complex *c)
{
	return beside->a + (c != 0);
}
