/* Bitfields of every base, at every kind of place. */
#include "keep.h"

typedef unsigned int u32_alias;
typedef const volatile unsigned char flags_alias;
enum mode { MODE_OFF, MODE_ON, MODE_AUTO = 5 };
enum negative_mode { MODE_LESS = -2, MODE_MORE = 1 };

struct bits_int { int a : 1, b : 7; unsigned c : 24; int full_d : 32; };
struct bits_char { signed char a : 3; unsigned char b : 5; char full_c : 8; };
struct bits_short { short a : 9; unsigned short b : 7, c : 1; };
struct bits_long { unsigned long a : 31; long b : 1; unsigned long long c : 63, d : 1; };
struct bits_wide { unsigned long long low : 40, high : 24; long long full_whole : 64; };
struct bits_bool { _Bool yes : 1, no : 1; _Bool plain; _Bool later : 1; };
struct bits_enum { enum mode mode : 3; enum negative_mode less : 2; enum mode plain; };
struct bits_alias { u32_alias a : 5; flags_alias b : 4; const int c : 3; volatile unsigned d : 20; };
struct bits_gap { int a : 3; int : 5; int b : 8; int : 0; int c : 1; char d; int e : 4; };
struct bits_after { char lead; int a : 4; short middle; unsigned b : 12; long tail; };
struct bits_packed { char lead; unsigned a : 17; unsigned long long b : 47; } __attribute__((packed));
struct bits_straddle { unsigned a : 30; unsigned b : 10; unsigned c : 24; } __attribute__((packed));
union bits_union { int a : 3; unsigned long long b : 40; char whole; };
struct bits_nested { struct { unsigned a : 2, b : 6; }; union { unsigned c : 9; unsigned d; }; int e : 3; };
struct bits_array_tail { unsigned kind : 4; unsigned len : 28; char data[]; };
struct bits_far { char lead[4096]; int a : 5; char middle[65536]; int b : 6; };
struct bits_aligned { int a : 2; int b __attribute__((aligned(16))); int c : 3 __attribute__((aligned(8))); };

KEEP struct bits_int bits_int;
KEEP struct bits_char bits_char;
KEEP struct bits_short bits_short;
KEEP struct bits_long bits_long;
KEEP struct bits_wide bits_wide;
KEEP struct bits_bool bits_bool;
KEEP struct bits_enum bits_enum;
KEEP struct bits_alias *bits_alias;
KEEP struct bits_gap bits_gap;
KEEP struct bits_after bits_after;
KEEP struct bits_packed bits_packed;
KEEP struct bits_straddle bits_straddle;
KEEP union bits_union bits_union;
KEEP struct bits_nested bits_nested;
KEEP struct bits_array_tail bits_array_tail;
KEEP struct bits_far *bits_far;
KEEP struct bits_aligned bits_aligned;

#ifdef __SIZEOF_INT128__
struct bits_128 { __int128 a : 100; unsigned __int128 b : 28; };
KEEP struct bits_128 *bits_128;
#endif

int bits_sum(struct bits_int *a, struct bits_packed *b, union bits_union c)
{
	return a->b + b->a + c.a;
}
