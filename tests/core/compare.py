#!/usr/bin/env python3
"""Compares libbpf's decisions with ours: compare.py LOADER VERDICTS OBJECTS KERNEL.btf

LOADER is loader.c with a libbpf, VERDICTS the example `verdicts` of btfscope-core-check, OBJECTS a folder of BPF objects. The caller has
put KERNEL.btf where libbpf finds the kernel's; its modules are KERNEL.MODULE.btf beside it. Prints what differs and how much was
compared; ends with 1 if anything differs.
"""
import json, os, subprocess, sys, tempfile
from libbpf import Decisions, decisions, modules_beside

loader, verdicts, folder, kernel = sys.argv[1:5]
modules = modules_beside(kernel)


def ours(objects):
    """What our check decides, by object."""
    with tempfile.NamedTemporaryFile("w") as pairs:
        name = os.path.basename(kernel).removesuffix(".btf") + ("+mods" if modules else "")
        pairs.writelines(f"{one} {name}\n" for one in objects)
        pairs.flush()
        run = [verdicts, folder, pairs.name, os.path.dirname(os.path.abspath(kernel))]
        lines = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    answers = {}
    for line in map(json.loads, lines):
        found = answers.setdefault(line["object"], Decisions())
        if line["t"] == "relo":
            key = line["sec"], line["n"]
            verdict = {"ok": ("ok", line["insn"], line.get("from"), line.get("to")), "poisoned": ("poisoned", line["insn"])}
            found.relocations[key] = verdict.get(line["verdict"], ("error",))
            if "mem_sz" in line:
                found.sizes[key] = tuple(line["mem_sz"])
        elif line["t"] == "attach":
            found.targets[line["prog"]] = line["btf_id"] and (line["btf_id"], line["btf_of"])
        elif line["t"] == "struct_ops":
            found.maps[line["map"]] = line["verdict"]
    return answers


objects = sorted(os.listdir(folder))
answers = ours(objects)
compared = differ = 0
for name in objects:
    their, own = decisions(loader, os.path.join(folder, name), modules), answers.get(name, Decisions())
    for what in ("relocations", "sizes", "targets", "maps"):
        decided = getattr(own, what)
        for key, value in getattr(their, what).items():
            compared += 1
            if value != decided.get(key):
                differ += 1
                print(f"{name}: {what} {key}: libbpf {value}, ours {decided.get(key)}")
with_modules = f" with {len(modules)} modules" if modules else ""
print(f"{os.path.basename(kernel)}{with_modules}: {len(objects)} objects, {compared} decisions compared, {differ} differ")
sys.exit(bool(differ))
