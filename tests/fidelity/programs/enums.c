/* Enumerations: sizes, signs, forward declarations. */
#include "keep.h"

enum small { SMALL_A, SMALL_B = 7, SMALL_C = 0x7fffffff };
enum top { TOP_BIT = 0x80000000u, TOP_ALL = 0xffffffffu };
enum below { BELOW = -1, BELOW_MIN = -2147483647 - 1, BELOW_ZERO = 0, BELOW_MAX = 2147483647 };
enum wide { WIDE_LOW = 1, WIDE_HIGH = 0x100000000ull, WIDE_MAX = 0xffffffffffffffffull };
enum wide_signed { WIDE_MINUS = -1, WIDE_FAR = 0x7fffffffffffffffll, WIDE_MIN = -0x7fffffffffffffffll - 1 };
enum wide_mixed { MIXED_MINUS = -5, MIXED_BIG = 0xffffffffu };
enum byte_sized { BYTE_A, BYTE_B = 255 } __attribute__((packed));
enum signed_byte { SBYTE_A = -128, SBYTE_B = 127 } __attribute__((packed));
enum half_sized { HALF_A, HALF_B = 65535 } __attribute__((packed));
enum alone { ALONE };
enum repeated { REPEATED_A = 3, REPEATED_B = 3, REPEATED_C = REPEATED_A };
enum never_given;
typedef enum { UNNAMED_A, UNNAMED_B } unnamed;
typedef enum later later;
enum later { LATER_A = 'a', LATER_B = 'b' };
enum { ONLY_A = 42, ONLY_B = -42 };
enum only_value { ONLY_VALUE = 7 };
struct cast_only { struct cast_inner { long c; } *inner; };

struct with_enums {
	enum small small;
	enum top top;
	enum below below;
	enum wide wide;
	enum wide_signed wide_signed;
	enum wide_mixed wide_mixed;
	enum byte_sized byte_sized;
	enum signed_byte signed_byte;
	enum half_sized half_sized;
	enum alone alone;
	enum repeated repeated;
	enum never_given *never_given;
	unnamed unnamed;
	later later;
	enum { INNER_A, INNER_B } inner;
	const enum small *pointer;
	enum byte_sized bytes[3];
	enum wide wides[2];
};

KEEP struct with_enums with_enums;

enum wide enums_use(enum small small, unnamed other, enum never_given *never)
{
	return with_enums.wide + small + other + ONLY_A + (never != 0) + ONLY_B + ONLY_VALUE
		+ (int)((struct cast_only *)never)->inner->c;
}
