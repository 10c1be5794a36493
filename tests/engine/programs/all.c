/* Both units as one, for compilers without a linker. */
#define FREESTANDING_OBJECT
#include "shapes.c"
#include "other.c"
