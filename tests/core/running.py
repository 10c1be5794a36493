#!/usr/bin/env python3
"""Compares what the running kernel does with programs with what our check says: running.py RUNNING VERDICTS OBJECTS [RELEASE [LOG]]

RUNNING is running.c with a libbpf, VERDICTS the example `verdicts` of btfscope-core-check, OBJECTS a folder of BPF objects: compare.sh makes
WORK/running, target/ci/examples/verdicts, and WORK/objects. As root; nothing is attached, and struct_ops are not registered.

`running.py --record LOG RUNNING OBJECTS` writes a log on a machine without the check. Given as LOG, it is what that machine's kernel of
this RELEASE does; then RELEASE.btf, and RELEASE.elf for kfuncs, are beside it. Ends with 1 if a program that loads is called failing,
or one that is refused for a relocation or kfunc is called fine.
"""
import json, os, re, shutil, subprocess, sys, tempfile
from collections import Counter

POISON = re.compile(r"invalid func unknown#195896080|<invalid CO-RE relocation>")
KFUNC = re.compile(r"calling kernel function (\w+) is not allowed")
TOLD = re.compile(POISON.pattern + "|" + KFUNC.pattern)


def load(running, folder, log):
    """Loads all programs, and writes a line for each."""
    for name in sorted(os.listdir(folder)):
        run = subprocess.run([running, os.path.join(folder, name)], capture_output=True, text=True, errors="replace", timeout=600)
        program, lines = None, []
        for line in run.stdout.splitlines():
            if line.startswith("@program "):
                program, lines = line[9:], []
            elif line.startswith("@end "):
                said = [one for one in lines if TOLD.search(one)][:9] + lines[-9:]
                log.write(json.dumps({"o": name, "p": program, "end": line[5:], "log": [] if line == "@end 0" else said}) + "\n")
            else:
                lines.append(line[:200])
        log.flush()


def ours(verdicts, folder, objects, btfs, release):
    with tempfile.NamedTemporaryFile("w") as pairs:
        pairs.writelines(f"{one} {release}\n" for one in objects)
        pairs.flush()
        run = subprocess.run([verdicts, folder, pairs.name, btfs], capture_output=True, text=True, check=True)
    programs, kfuncs = {}, {}
    for line in map(json.loads, run.stdout.splitlines()):
        if line["t"] == "attach":
            programs[line["object"], line["prog"]] = line["state"]
        elif line["t"] == "extern" and line["kind"] == "func ksym":
            kfuncs[line["object"], line["name"]] = line
    return programs, kfuncs


def compare(log, programs, kfuncs):
    counts, wrong = Counter(), []
    for line in log:
        key = line["o"], line.get("p")
        if key not in programs:
            continue
        state, said = programs[key], "\n".join(line["log"])
        if line["end"] == "0":
            counts["loads, " + state] += 1
            if state == "fails":
                wrong.append((key, "loads, and is called failing"))
        elif kfunc := KFUNC.search(said):
            name = next((one for _, one in kfuncs if one.split("___")[0] == kfunc[1] and (key[0], one) in kfuncs), None)
            told = kfuncs.get((key[0], name), {}).get("state")
            counts[f"refused for a kfunc, which is {told}"] += 1
            if told == "ok":
                wrong.append((key, f"is refused for {kfunc[1]}, which is called ok"))
        elif POISON.search(said):
            counts["refused for a relocation, " + state] += 1
            if state in ("ok", "guarded"):
                wrong.append((key, f"is refused for a relocation, and is called {state}"))
        else:
            counts["refused for something else, " + state] += 1
    return counts, wrong


def main():
    if sys.argv[1] == "--record":
        with open(sys.argv[2], "w") as log:
            return load(sys.argv[3], sys.argv[4], log)
    running, verdicts, folder = sys.argv[1:4]
    release = sys.argv[4] if len(sys.argv) > 4 else os.uname().release
    with tempfile.TemporaryDirectory() as work:
        if len(sys.argv) > 5:
            path, btfs = sys.argv[5], os.path.dirname(os.path.abspath(sys.argv[5]))
        else:
            path, btfs = os.path.join(work, "log"), work
            shutil.copy("/sys/kernel/btf/vmlinux", os.path.join(work, release + ".btf"))
            os.mkdir(os.path.join(work, "kallsyms"))
            shutil.copy("/proc/kallsyms", os.path.join(work, "kallsyms", release))
            with open(path, "w") as log:
                load(running, folder, log)
        with open(path) as lines:
            log = [json.loads(line) for line in lines if line.startswith('{"o"')]
        programs, kfuncs = ours(verdicts, folder, sorted(os.listdir(folder)), btfs, release)
    counts, wrong = compare(log, programs, kfuncs)
    print(f"{release}: {sum(counts.values())} programs")
    for what, count in sorted(counts.items()):
        print(f"  {count:5} {what}")
    for (name, program), what in wrong:
        print(f"{name}: {program} {what}")
    sys.exit(bool(wrong))


main()
