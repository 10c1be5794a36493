#!/usr/bin/env python3
"""Asks libbpf whether minimal BTF is enough: minimal.py LOADER SMALLER OBJECTS KERNEL.btf

LOADER is loader.c with a libbpf, SMALLER the example `smaller` of btfscope-core-check. For each object with relocations, libbpf decides with
all types of the kernel and its modules (KERNEL.MODULE.btf), then with each form of minimal BTF; both must be the same. Type ids are new
ones, so of those it is compared whether they exist. The caller has a mount namespace of its own. Ends with 1 if anything differs.
"""
import os, subprocess, sys, tempfile
from libbpf import decisions, modules_beside

loader, smaller, folder, kernel = sys.argv[1:5]
modules = modules_beside(kernel)
place = "/sys/kernel/btf/vmlinux"


def put(file):
    subprocess.run(["umount", place], stderr=subprocess.DEVNULL)
    subprocess.run(["mount", "--bind", file, place], check=True)


def comparable(found, with_targets):
    """Everything that must be the same, by what it is."""
    same = {}
    for key, value in found.relocations.items():
        is_id = value[0] == "ok" and found.kinds.get(key) == "target_type_id"
        same["relocation", key] = (*value[:-1], value[-1] != 0) if is_id else value
    same.update((("size", key), value) for key, value in found.sizes.items())
    if with_targets:
        same.update((("target", key), value and value[1]) for key, value in found.targets.items())
        same.update((("map", key), value) for key, value in found.maps.items())
    return same


status = 0
with tempfile.TemporaryDirectory() as out:
    print(subprocess.run([smaller, folder, kernel, out], check=True, capture_output=True, text=True).stdout, end="")
    counts = {form: [0, 0, 0] for form in ("flat", "split", "all")}
    put(kernel)
    whole = {name: decisions(loader, os.path.join(folder, name), modules) for name in sorted(os.listdir(out))}
    asked = {name: found for name, found in whole.items() if found.relocations}
    with_modules = 0
    for form, count in counts.items():
        put(kernel)
        for name, found in sorted(whole.items()):
            if form != "all" and name not in asked:
                continue
            small, path = os.path.join(out, name, form), os.path.join(folder, name)
            if form == "flat":
                part = decisions(loader, path, modules, small + ".btf")
            else:
                put(os.path.join(small, "vmlinux"))
                parts = {one: os.path.join(small, one) for one in modules if os.path.exists(os.path.join(small, one))}
                with_modules += bool(parts) and form == "split"
                part = decisions(loader, path, parts)
            expected, got = comparable(found, form == "all"), comparable(part, form == "all")
            wrong = [key for key in expected if expected[key] != got.get(key)]
            for key in wrong:
                print(f"{name}, {form}: {key}: all types {expected[key]}, minimal {got.get(key)}")
            count[0] += 1
            count[1] += len(expected)
            count[2] += bool(wrong)
            status |= bool(wrong)
    for form, (pairs, compared, differ) in counts.items():
        print(f"{os.path.basename(kernel)}, {form}: {pairs} objects, {compared} decisions compared, {differ} objects differ")
    if modules:
        print(f"{with_modules} objects need types of the {len(modules)} modules")
sys.exit(status)
