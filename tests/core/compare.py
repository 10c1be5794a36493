#!/usr/bin/env python3
"""Compares libbpf's decisions with ours: compare.py LOADER VERDICTS OBJECTS KERNEL.btf

LOADER is loader.c with a libbpf, VERDICTS the example `verdicts` of btfscope-core-check, OBJECTS a folder of BPF objects. The caller has
put KERNEL.btf where libbpf finds the kernel's. Prints what differs and how much was compared; ends with 1 if anything differs.
"""
import json, os, re, subprocess, sys, tempfile

loader, verdicts, folder, kernel = sys.argv[1:5]
SECTION = re.compile(r"libbpf: sec '(.*)': found \d+ CO-RE relocations")
RELOCATION = re.compile(r"libbpf: prog '.*?': relo #(\d+): (.*)")
PATCHED = re.compile(r"patched insn #(\d+) \(\S+\) (?:imm|imm64|off) (\d+) -> (\d+)")
POISONED = re.compile(r"substituting insn #(\d+) w/ invalid insn")


def theirs(path):
    """Relocations by section and number, and targets by program."""
    log = subprocess.run([loader, path], capture_output=True, text=True, errors="replace", timeout=300).stdout
    relocations, targets, section, program = {}, {}, None, None
    for line in log.splitlines():
        if line.startswith("@load "):
            program, section = line[6:], None
            if program:
                targets[program] = None
        elif line.startswith("@attached ") and program:
            targets[program] = int(line[10:])
        elif program:
            continue
        elif found := SECTION.match(line):
            section = found[1]
        elif (found := RELOCATION.match(line)) and section is not None:
            key, text = (section, int(found[1])), found[2]
            if patched := PATCHED.match(text):
                relocations[key] = ("ok", int(patched[1]), int(patched[2]), int(patched[3]))
            elif poisoned := POISONED.match(text):
                # Of a 64-bit immediate the second half comes first; the last line is the first half's.
                relocations[key] = ("poisoned", int(poisoned[1]))
            elif re.match(r"failed|parsing|.*ambiguity|unexpected|trying to relocate|unrecognized", text):
                relocations.setdefault(key, ("error",))
    return relocations, targets


def ours(objects):
    """The same of our check, by object."""
    with tempfile.NamedTemporaryFile("w") as pairs:
        name = os.path.basename(kernel).removesuffix(".btf")
        pairs.writelines(f"{one} {name}\n" for one in objects)
        pairs.flush()
        run = [verdicts, folder, pairs.name, os.path.dirname(os.path.abspath(kernel))]
        lines = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
    answers = {}
    for line in map(json.loads, lines):
        relocations, targets = answers.setdefault(line["object"], ({}, {}))
        if line["t"] == "relo":
            verdict = {"ok": ("ok", line["insn"], line.get("from"), line.get("to")), "poisoned": ("poisoned", line["insn"])}
            relocations[line["sec"], line["n"]] = verdict.get(line["verdict"], ("error",))
        elif line["t"] == "attach":
            targets[line["prog"]] = line["btf_id"]
    return answers


objects = sorted(os.listdir(folder))
answers = ours(objects)
compared = differ = 0
for name in objects:
    relocations, targets = theirs(os.path.join(folder, name))
    own_relocations, own_targets = answers.get(name, ({}, {}))
    for what, their, own in (("relocation", relocations, own_relocations), ("target", targets, own_targets)):
        for key, value in their.items():
            compared += 1
            if value != own.get(key):
                differ += 1
                print(f"{name}: {what} {key}: libbpf {value}, ours {own.get(key)}")
print(f"{os.path.basename(kernel)}: {len(objects)} objects, {compared} decisions compared, {differ} differ")
sys.exit(bool(differ))
