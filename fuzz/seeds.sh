#!/bin/bash
# seeds.sh FOLDER: inputs to start from, a folder for each target. `cargo xtask fuzz --save` makes the committed corpus from
# these and from what the fuzzer found.
#
# Needs gcc, g++, clang, llvm-dwp, dwz, llvm-objcopy, and pahole for BTF. What a tool of this machine cannot make is left out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
out=$(mkdir -p "$1" && cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$root"/tests/engine/programs/{*.h,*.c,*.lds} "$root"/tests/engine/programs/units/* "$root"/tests/inline/sites.c "$work"
cd "$work"

# keep FILE TARGET...: a seed of these targets, named by its content.
keep() {
    local file=$1 target
    shift
    [ -s "$file" ] || return 0
    for target; do
        mkdir -p "$out/$target"
        cp "$file" "$out/$target/$(sha1sum "$file" | cut -c1-16)"
    done
}

# join FIRST SECOND TARGET...: two files in one seed, the length of the first before them.
join() {
    local first=$1 second=$2
    shift 2
    [ -s "$first" ] && [ -s "$second" ] || return 0
    perl -e 'print pack("V", -s $ARGV[0])' "$first" | cat - "$first" "$second" >joined
    keep joined "$@"
}

elf() { keep "$1" elf encode encode_all sharing doctor; }

# What compilers make: DWARF 2 to 5, other machines, both byte orders, languages, compressed sections, type units.
flags="-O1 -ffreestanding -fno-pic -c -o one.o"
for source in shapes.c first.c sites.c kfuncs.c signatures.c implicit.c; do
    for compiler in "gcc -gdwarf-2" "gcc -gdwarf-3" "gcc -gdwarf-4" "gcc -gdwarf-5" "gcc -gdwarf-5 -m32" \
        "gcc -gdwarf-5 -gz" "gcc -gdwarf-4 -fdebug-types-section" "gcc -gdwarf-5 -fdebug-types-section" \
        "gcc -gdwarf-5 -gdwarf64" "clang -gdwarf-4" "clang -gdwarf-5" "clang -gdwarf-5 --target=s390x-linux-gnu" \
        "clang -gdwarf-5 --target=armv7-linux-gnueabi" "clang -gdwarf-4 --target=mips-linux-gnu" \
        "clang -gdwarf-5 --target=bpf" "clang -gdwarf-5 --target=riscv64-linux-gnu"; do
        if $compiler $flags $source 2>/dev/null; then elf one.o; fi
    done
done
printf 'namespace n { struct a { virtual ~a(); int b; enum class e : char { x } c; }; template <class T> struct t { T v; }; }\nn::a g; n::t<int> h; int f(n::a &&r, n::t<long> *p) { return r.b + p->v; }\n' >plus.cpp
for compiler in "g++ -gdwarf-4" "g++ -gdwarf-5" "clang++ -gdwarf-5"; do
    if $compiler $flags plus.cpp 2>/dev/null; then elf one.o; fi
done

# What few programs have: complex numbers, members far away, numbers of 16 bytes, tags, pointers to members, units of assembly.
cat >rare.c <<'END'
_Complex float cf; _Complex double cd; _Complex long double cl; _Complex char cc; __int128 i; unsigned __int128 u; _Bool b;
struct far { char a[1 << 29]; int b; char c[1 << 28]; int d : 3; int e : 5; long f; } *far; const volatile void *restrict p;
struct flexible { int n; struct { int x; } many[]; } *flexible; _Atomic int atomic; enum wide { W = 1ull << 40, V = -1 } wide;
END
cat >tags.c <<'END'
#define tag(x) __attribute__((btf_decl_tag(x)))
#define type_tag(x) __attribute__((btf_type_tag(x)))
struct s { int type_tag("user") *p tag("member"); int q : 3 tag("bits"); } tag("struct"); typedef int t tag("typedef");
struct s v tag("variable"); t w; int f(struct s *a tag("first"), int type_tag("rcu") *b) tag("function") { return a->q + *b; }
END
cat >members.cpp <<'END'
struct a { int x; int f(int); virtual void g(); static int s; }; struct b : a, virtual private a { int a::*p; int (a::*q)(int); };
int a::*one = &a::x; int (a::*two)(int) = &a::f; b *three; decltype(nullptr) four; struct c : b { enum : short { E } e; int &r; }; c *five;
END
printf '.text\n.globl start\nstart: nop\n' >unit.s
for compiler in "gcc -gdwarf-4" "gcc -gdwarf-5" "clang -gdwarf-4" "clang -gdwarf-5" "clang -gdwarf-5 --target=s390x-linux-gnu" "clang -gdwarf-5 --target=i686-linux-gnu"; do
    for source in rare.c tags.c unit.s; do
        if $compiler -g $flags $source 2>/dev/null; then elf one.o; fi
    done
done
for compiler in "g++ -gdwarf-4" "g++ -gdwarf-5" "g++ -gdwarf-5 -m32" "clang++ -gdwarf-5" "clang++ -gdwarf-4"; do
    if $compiler -std=c++17 -fpermissive $flags members.cpp 2>/dev/null; then elf one.o; fi
done

# Inline sites: sections by which places are found, both byte orders, linked; and compressed in the ways that differ.
for compiler in "gcc -gdwarf-4" "gcc -gdwarf-5" "clang -gdwarf-4" "clang -gdwarf-5" "clang -gdwarf-5 --target=aarch64-linux-gnu" \
    "clang -gdwarf-5 --target=mips64-linux-gnuabi64" "clang -gdwarf-5 -m32"; do
    for more in "-O2" "-O3 -ffunction-sections" "-O2 -gsplit-dwarf" "-O2 -gsplit-dwarf -fdebug-types-section"; do
        $compiler $more -ffreestanding -fno-pic -c -o site.o sites.c 2>/dev/null || continue
        if [ -f site.dwo ]; then join site.o site.dwo companions; fi
        rm -f site.dwo
        elf site.o
    done
    if ld -e0 -o site site.o 2>/dev/null; then elf site; fi
done
for format in zlib zlib-gnu zstd; do
    for compiler in objcopy llvm-objcopy-19 llvm-objcopy; do
        if $compiler --compress-debug-sections=$format site.o pressed.o 2>/dev/null; then elf pressed.o; fi
    done
done

# A module on its kernel, both as ELF files and on BTF.
gcc -gdwarf-5 -O1 -ffreestanding -fno-pic -c first.c -o kernel.o && gcc -gdwarf-5 -O1 -ffreestanding -fno-pic -c second.c -o on.o
join kernel.o on.o module
join on.o kernel.o module
for name in rare.c tags.c kfuncs.c; do
    if clang -gdwarf-5 $flags $name 2>/dev/null; then join kernel.o one.o module && join one.o one.o module; fi
done
join "$root/tests/sample/sample.pahole-1.32.btf" kernel.o module
join "$root/tests/sample/sample.pahole-1.32.btf" "$root/tests/sample/sample.elf" module

# Linked programs, and what dwz makes of them.
for version in 4 5; do
    for unit in first second; do gcc -gdwarf-$version -O0 -ffreestanding -fno-pic -c $unit.c -o $unit.o; done
    ld -T link.lds -o linked first.o second.o && cp linked linked2
    elf linked
    if dwz linked 2>/dev/null; then elf linked; fi
    for name in linked linked2; do gcc -nostdlib -static -Wl,-e0 -Wl,--build-id first.o second.o -o $name 2>/dev/null || true; done
    if dwz -m common linked linked2 2>/dev/null; then join linked common companions; fi
done

# Split DWARF: skeletons with the file of a unit, and with a package.
for compiler in "gcc -gdwarf-4" "clang -gdwarf-4" "clang -gdwarf-5" "gcc -gdwarf-5"; do
    for unit in shapes other; do $compiler -gsplit-dwarf -O1 -ffreestanding -fno-pic -c $unit.c -o $unit.o || continue 2; done
    join shapes.o shapes.dwo companions
    ld -T link.lds -o skeletons shapes.o other.o
    join skeletons shapes.dwo companions
    case $compiler in gcc*5) continue ;; esac
    if timeout 20 llvm-dwp -o units.dwp shapes.dwo other.dwo 2>/dev/null; then join skeletons units.dwp package companions; fi
done

# Files of the repository.
for object in "$root"/crates/core-check/tests/data/*.bpf.o; do keep "$object" core_check elf; done
find "$root"/tests/{sample,faults,doctor,inline,engine/programs} "$root"/crates/elf/tests/data -type f -size -64k |
    while read -r file; do
        case $(head -c4 "$file" | od -An -tx1) in
            *"7f 45 4c 46"*) elf "$file" ;;
            *"9f eb"* | *"eb 9f"*) keep "$file" btf dedup ;;
        esac
    done
keep "$root/benches/sample.undeduplicated.btf" btf dedup
keep "$root/crates/btf/tests/data/inventory.btf" btf dedup

# BTF: of compilers, of pahole, split on a base, with .BTF.ext.
printf 'struct s { int a; struct { long b[3]; } c; };\nint f(struct s *s) { return __builtin_preserve_access_index(({ s->c.b[1]; })); }\n' >core.c
for source in first.c kfuncs.c core.c; do
    clang --target=bpf -g -O2 -c $source -o bpf.o 2>/dev/null || continue
    llvm-objcopy --dump-section .BTF=bpf.btf --dump-section .BTF.ext=bpf.ext bpf.o || continue
    keep bpf.btf btf dedup
    join bpf.btf bpf.ext ext
done
gcc -gdwarf-4 -O1 -ffreestanding -fno-pic -c first.c -o base.o && gcc -gdwarf-4 -O1 -ffreestanding -fno-pic -c second.c -o module.o
if pahole -J base.o 2>/dev/null && pahole -J --btf_base base.o module.o 2>/dev/null; then
    for name in base module; do llvm-objcopy --dump-section .BTF=$name.btf $name.o; done
    keep base.btf btf dedup
    join base.btf module.btf split unchecked
fi
for name in "$root"/tests/sample/*.btf "$root"/tests/faults/distilled-base/*.btf bpf.btf; do
    [ -f base.btf ] && join "$name" module.btf split unchecked
    join "$name" "$name" split unchecked
done

# Texts.
text() { printf "$1" >text && keep text "${@:2}"; }
number=0
for file in "$root"/crates/course/lessons/en/*.md; do
    head -c 8000 "$file" >text && keep text lessons
    # The units of its figures, as the laboratory reads them: one switch byte before each text.
    awk '/^```/ { inside = !inside; next } inside' "$file" | head -c 1500 >unit
    number=$((number + 1))
    { printf "\\$(printf %o $((number * 8 % 64)))"; cat unit; } >text && keep text lab links
done
text '\020struct a { int x; struct b *b; };\nstruct b { struct a a; };\001struct b;\nstruct a { int x; struct b *b; };' lab
text '\000struct list_head { struct list_head *next, *prev; };\n#define N 4\ntypedef struct { unsigned a : 3, b : 5; } t;\nint f(t x[N], ...);' lab
text '\001struct k { int v; };\001struct m { struct k k; };\001union u { enum e { A = 1, B = -1 } e; float f; };' lab
text '\040[1] INT '"'int'"' size=4 bits_offset=0 nr_bits=32 encoding=SIGNED\n[2] PTR '"'(anon)'"' type_id=1\n[3] STRUCT '"'s'"' size=8 vlen=1\n\t'"'p'"' type_id=2 bits_offset=0' lab
for word in 'struct task' '^sk_.*f$' 'struct list_head' 'int x(a)' 'task_struct.pid' '#12' 'size>8' 'typedef/u32' 'struct/item' 'func/f'; do
    for mode in '\000\000\000' '\001\001\003' '\002\002\207' '\002\003\005'; do text "$mode$word" questions; done
done
for address in '#/types?search=sk_buff&in=member&kind=struct&sort=size' '#/types?search=a&match=regex&min-size=8&max-size=64&holes&reverse' \
    '#/type/struct/x?member=len&unfold=a.b,c' '#/practice/1-a3f?count=5' '#/lab/1abc?show=ladder' 'kernel/vmlinux'; do
    text "$address" messages links
done
(cd "$root" && cargo run --quiet --locked --profile ci -p btfscope-fuzz-targets --example seeds -- "$out")
find "$out" -type f | sed 's|/[^/]*$||' | sort | uniq -c
