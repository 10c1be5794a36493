#include "shapes.h"

/* Defined here, declared in the other unit. */
struct only_declared {
	int secret;
	struct outer *back;
};

struct only_declared declared;

int other(const struct outer *outer, struct bits bits, u64 count)
{
	return outer->hidden->secret + bits.d + (int)count + declared.secret;
}

#ifndef FREESTANDING_OBJECT
void _start(void)
{
	static struct operations operations;

	entry(declared.back, &operations, SIGN_PLUS);
	variadic("");
}
#endif
