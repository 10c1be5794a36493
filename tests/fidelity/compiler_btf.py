#!/usr/bin/env python3
"""What the BTF that a compiler writes lacks or says otherwise than BTF made of the same compiler's DWARF.

usage: compiler_btf.py COMPILER.btf DWARF.btf [--show N]
Both are deduplicated BTF. Types are paired by kind and name; a type's own words are compared: named types count by their names. A class
of difference is counted for a name if the name's definitions become equal with all classes disregarded, but not with all others
disregarded. Prints Markdown. exit 0 always: a report, not a test.
"""
import argparse, collections, sys
from btfcmp import Btf, KIND

DECLARED = "functions and variables: other words in units that only declare them, beside the words of the definition"
SEVERAL = "several classes, each of which explains the difference"

# What is disregarded, by the letter of its class.
CLASSES = [
    ("char", "encoding of `char` (CHAR instead of SIGNED) and other integers of one byte"),
    ("sign", "negative values of enumerations: no kind flag, values without sign"),
    ("big", "values of enumerations from 2^31 on, missing in an ENUM"),
    ("wide", "enumerations of 8 bytes: ENUM of size 8, without ENUM64"),
    ("dims", "arrays of arrays: dimensions in another order, or as one"),
    ("index", "index type of arrays"),
    ("link", "linkage of functions"),
    ("linkv", "linkage of variables"),
    ("param", "names of parameters"),
    ("bits", "bit-fields: type of the storage unit, or place"),
    ("quals", "order of `const` and `volatile`, or one of them missing"),
    ("tags", "type tags"),
    ("fwd", "a declaration where the other has a definition"),
    ("anon", "members or values of anonymous types"),
    ("ret", "prototypes: `...` for parameters that are missing"),
]

class Words:
    """Signatures of a BTF's named types with some classes of difference disregarded."""
    def __init__(self, btf, off):
        self.b, self.off, self.memo = btf, off, {}
    def ref(self, i, d=0):
        if i == 0: return "void"
        if i in self.memo: return self.memo[i]
        k, n, vl, kf, sz, x = self.b.t(i)
        name, off = self.b.s(n), self.off
        if d > 60: return "<deep>"
        kind = KIND[k]
        if k == 7: r = ("UNION " if kf else "STRUCT ") + name if "fwd" in off else "FWD " + ("UNION " if kf else "STRUCT ") + name
        elif k in (4, 5): r = kind + " " + name if name else "ANON" if "anon" in off else self.full(i, d + 1)
        elif k in (6, 19):
            if name: r = "ENUM " + name
            else: r = "ANON" if "anon" in off else self.full(i, d + 1)
        elif k == 1: r = "INT " + name
        elif k == 16: r = "FLOAT %s/%d" % (name, sz)
        elif k == 8: r = "typedef " + name
        elif k == 2: r = "*" + self.ref(sz, d + 1)
        elif k in (9, 10):
            r = self.ref(sz, d + 1) if "quals" in off else kind.lower() + "(" + self.ref(sz, d + 1) + ")"
        elif k == 11: r = "restrict(%s)" % self.ref(sz, d + 1)
        elif k == 18: r = self.ref(sz, d + 1) if "tags" in off else "tag[%s](%s)" % (name, self.ref(sz, d + 1))
        elif k == 3:
            dims, at, index = [x[2]], x[0], x[1]
            while at and self.b.t(at)[0] == 3:
                inner = self.b.t(at)[5]; dims.append(inner[2]); at = inner[0]
            shown = "x".join(map(str, dims))
            if "dims" in off:
                whole = 1
                for one in dims: whole *= one
                shown = str(whole)
            r = "[%s of %s%s]" % (shown, self.ref(at, d + 1), "" if "index" in off else " by " + self.ref(index, d + 1))
        elif k == 13:
            ps = [("" if "param" in off else self.b.s(a) + ":") + self.ref(t, d + 1) for a, t in x]
            if "ret" in off: ps = [p for p in ps if p not in ("void", ":void")]
            r = "proto(%s)->%s" % (", ".join(ps), self.ref(sz, d + 1))
        else: r = kind + " " + name
        if d == 0: self.memo[i] = r
        return r
    def full(self, i, d=0):
        k, n, vl, kf, sz, x = self.b.t(i)
        name, off = self.b.s(n), self.off
        if k == 1:
            enc, bit, bits = x >> 24 & 15, x >> 16 & 255, x & 255
            if "char" in off and sz == 1: enc = 0
            return "INT %s/%d/%d+%d/%d" % (name, sz, enc, bit, bits)
        if k in (4, 5):
            ms = []
            for mn, mt, mo in x:
                bo, bs = (mo & 0xFFFFFF, mo >> 24) if kf else (mo, 0)
                if not bs and mt and self.b.t(mt)[0] == 1 and (self.b.t(mt)[5] & 255) != 8 * self.b.t(mt)[4]:
                    bs = self.b.t(mt)[5] & 255; bo += self.b.t(mt)[5] >> 16 & 255
                if bs and "bits" in off: ms.append("%s bits" % self.b.s(mn)); continue
                ms.append("%s@%d%s:%s" % (self.b.s(mn), bo, ":%d" % bs if bs else "", self.ref(mt, d + 1)))
            return "%s %s{%d; %s}" % (KIND[k], name, sz, "; ".join(ms))
        if k in (6, 19):
            if sz == 8 and "wide" in off: return "ENUM %s{8}" % name
            if k == 6: vs = [(self.b.s(a), v & 0xFFFFFFFF if "sign" in off else v) for a, v in x]
            else: vs = [(self.b.s(a), lo | hi << 32) for a, lo, hi in x]
            if "big" in off: vs = [(a, v) for a, v in vs if v & 0xFFFFFFFF < 1 << 31]
            return "%s %s{%d %s; %s}" % (KIND[k], name, sz, "" if "sign" in off else "signed" if kf else "unsigned", vs)
        if k == 8: return "typedef %s = %s" % (name, self.ref(sz, d + 1))
        if k == 12: return "func %s %s%s" % (name, "" if "link" in off else ("static ", "global ", "extern ")[min(vl, 2)], self.ref(sz, d + 1))
        if k == 14: return "var %s %s%s" % (name, "" if "linkv" in off else ("static ", "global ", "extern ")[min(x, 2)], self.ref(sz, d + 1))
        return self.ref(i, d)

GROUP = {1: "integers", 16: "floats", 4: "structures", 5: "unions", 6: "enumerations", 19: "enumerations", 8: "typedefs", 12: "functions", 14: "variables", 7: "declarations"}

def named(btf, off):
    words, out = Words(btf, off), collections.defaultdict(set)
    for j, t in enumerate(btf.types):
        if t[0] in GROUP and (t[1] and btf.s(t[1])):
            out[(GROUP[t[0]], btf.s(t[1]))].add(words.full(btf.first_id + j))
    return out

def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("compiler"); ap.add_argument("dwarf"); ap.add_argument("--show", type=int, default=0)
    o = ap.parse_args()
    sys.setrecursionlimit(10000)
    A, B = (Btf(open(f, "rb").read()) for f in (o.compiler, o.dwarf))
    every = frozenset(name for name, _ in CLASSES)
    both = lambda off: [named(x, off) for x in (A, B)]
    exact, loose = both(frozenset()), both(every)
    # Whole anonymous types are disregarded last: what differs within them has a class of its own.
    narrow = every - {"anon"}
    narrowly = both(narrow)
    without = {c: both(narrow - {c}) for c in narrow}
    without["anon"] = narrowly
    kinds = [x.kinds() for x in (A, B)]
    print("| kind | compiler | DWARF |\n|---|---:|---:|")
    for k in KIND:
        if any(c[k] for c in kinds): print("| %s | %s | %s |" % (k, *("{:,}".format(c[k]) for c in kinds)))
    print("| all | {:,} | {:,} |\n".format(len(A.types), len(B.types)))
    print("| named | in both | equal | differ | compiler only | DWARF only |\n|---|---:|---:|---:|---:|---:|")
    left, classes, examples = [], collections.Counter(), {}
    for group in dict.fromkeys(GROUP.values()):
        a, b = ({n for g, n in x if g == group} for x in exact)
        shared = a & b
        if not a | b: continue
        bad = sorted(n for n in shared if exact[0][group, n] != exact[1][group, n])
        print("| {} | {:,} | {:,} | {:,} | {:,} | {:,} |".format(group, len(shared), len(shared) - len(bad), len(bad), len(a - b), len(b - a)))
        for n in bad:
            key = group, n
            if group in ("functions", "variables") and exact[0][key] > exact[1][key]: found = [DECLARED]
            elif narrowly[0][key] == narrowly[1][key]: found = [c for c, _ in CLASSES if without[c][0][key] != without[c][1][key]] or [SEVERAL]
            elif loose[0][key] == loose[1][key]: found = ["anon"]
            elif group in ("functions", "variables") and loose[0][key] > loose[1][key]: found = [DECLARED]
            else: left.append(key); continue
            for c in found:
                classes[c] += 1
                examples.setdefault(c, []).append(key)
        if o.show:
            for lab, names in (("compiler only", a - b), ("DWARF only", b - a)):
                for n in sorted(names)[:o.show]: print("    %s: %s %s" % (lab, group, n))
    print("\n| what differs | names |\n|---|---:|")
    for c, text in CLASSES + [(DECLARED,) * 2, (SEVERAL,) * 2]:
        if classes[c]: print("| {} | {:,} |".format(text, classes[c]))
        for key in examples.get(c, [])[:o.show]: print("    %s\n      compiler %s\n      DWARF    %s" % (key, *(sorted(x[key]) for x in exact)))
    print("| something else | {:,} |".format(len(left)))
    for key in left[:o.show * 4]: print("    %s\n      compiler %s\n      DWARF    %s" % (key, *(sorted(x[key]) for x in loose)))
main()
