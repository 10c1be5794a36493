/* Base types. */
#include "keep.h"

typedef __SIZE_TYPE__ size_type;
typedef __WCHAR_TYPE__ wide_char;
typedef __CHAR16_TYPE__ char_16;
typedef __UINT8_TYPE__ byte;
typedef void nothing;
typedef nothing *anything;

struct scalars {
	char plain;
	signed char with_sign;
	unsigned char without;
	_Bool truth;
	short s;
	unsigned short us;
	int i;
	unsigned u;
	long l;
	unsigned long ul;
	long long ll;
	unsigned long long ull;
	float f;
	double d;
	long double ld;
	wide_char wide;
	char_16 c16;
	byte b;
	size_type size;
	void *pointer;
	const void *constant_void;
	anything any;
	void (*function)(void);
	__builtin_va_list *arguments;
};
KEEP struct scalars scalars;

#ifdef __SIZEOF_INT128__
struct integers_128 { __int128 i; unsigned __int128 u; };
KEEP struct integers_128 integers_128;
#endif
#ifdef __FLT16_MANT_DIG__
struct half { _Float16 half; _Float16 halves[4]; };
KEEP struct half half;
#endif
#ifdef __SIZEOF_FLOAT128__
struct quad { __float128 quad; };
KEEP struct quad quad;
#endif

long double scalars_use(float f, double d, _Bool b, char c, nothing *n, long double ld)
{
	return f + d + b + c + (n != 0) + ld;
}
