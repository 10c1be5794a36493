/* clang 22 -g -O2 makes signatures.o of this: it leaves out parameters and members nobody asks for, and says so
 * (DW_CC_nocall). The dumps beside it are of what pahole 1.32 makes of that. */
struct pair { long a; long b; };
struct small { int a, b, c; };
typedef const struct pair cpair;
struct nest { struct pair p; };
struct bits { unsigned long f : 20, g : 44; long h; };
#define N static __attribute__((noinline))
N long first(struct pair p, int y) { return p.a * y; }
N long second(cpair p, int y) { return p.b * y; }
N long both(struct pair p, int unused, int y) { return p.a + p.b * y; }
N long third(struct small s, long y) { return s.c * y; }
N long mid(struct small s, long y) { return s.b * y; }
N long nested(struct nest n, long y) { return n.p.b + y; }
N long bitty(struct bits n, long y) { return n.g + n.h * y; }
N long none(struct pair p, long y) { return y * 3; }
N long consted(int c, long y, struct pair p) { return c * y + p.b; }
N long last(long y, struct pair p, long unused) { return y + p.a; }
N long many(long a, long u, long b, long c, long d, long e, struct pair p, long g) { return a*b+c*d+e+p.b*g; }
N long mem(struct { long q[5]; } *u, struct nest n, char unused, char t) { return n.p.a + t; }
long use(long x, long z) {
  struct pair p = {x, z}; struct small s = {x, z, 3}; struct nest n = {p}; struct bits b = {x, z, x};
  return first(p, x) + second(p, z) + both(p, 3, z) + third(s, x) + mid(s, z) + nested(n, x) + bitty(b, z) + none(p, x)
   + consted(7, x, p) + consted(7, z, p) + last(x, p, 4) + many(x, 1, z, x, z, x, p, z) + mem(0, n, 1, z);
}
