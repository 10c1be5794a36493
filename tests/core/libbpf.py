"""What libbpf decides about an object, read from the log of loader.c."""
import os, re, subprocess

SECTION = re.compile(r"libbpf: sec '(.*)': found \d+ CO-RE relocations")
RELOCATION = re.compile(r"libbpf: prog '.*?': relo #(\d+): (.*)")
KIND = re.compile(r"<(\w+)> ")
PATCHED = re.compile(r"patched insn #(\d+) \(\S+\) (?:imm|imm64|off) (\d+) -> (\d+)")
SIZED = re.compile(r"patched insn #(\d+) \(\S+\) mem_sz (\d+) -> (\d+)")
POISONED = re.compile(r"substituting insn #(\d+) w/ invalid insn")
FAILED = re.compile(r"failed|parsing|.*ambiguity|unexpected|trying to relocate|unrecognized")


class Decisions:
    """Relocations and their kinds by section and number, targets by program, and struct_ops maps by name."""

    def __init__(self):
        self.relocations, self.kinds, self.sizes, self.targets, self.maps = {}, {}, {}, {}, {}


def modules_beside(kernel):
    """The files KERNEL.MODULE.btf beside KERNEL.btf, by module, in order."""
    folder, name = os.path.split(os.path.abspath(kernel))
    start = name.removesuffix(".btf") + "."
    files = sorted(one for one in os.listdir(folder) if one.startswith(start) and one.endswith(".btf") and one != name)
    return {one[len(start):-len(".btf")]: os.path.join(folder, one) for one in files}


def decisions(loader, path, modules={}, types=None):
    """Runs the loader. The caller has put the kernel's BTF where libbpf finds it."""
    command = [loader]
    for name, file in modules.items():
        command += ["--module", f"{name}={file}"]
    if types:
        command += ["--types", types]
    log = subprocess.run(command + [path], capture_output=True, text=True, errors="replace", timeout=300).stdout
    found, section, program, map = Decisions(), None, None, None
    for line in log.splitlines():
        if line.startswith("@load "):
            program, map, section = line[6:], None, None
            if program:
                found.targets[program] = None
        elif line.startswith("@map "):
            program, map, section = None, line[5:], None
            found.maps[map] = "fail"
        elif line.startswith("@created ") and map:
            found.maps[map] = "ok"
        elif line.startswith("@attached ") and program:
            number, of = line[10:].split()
            found.targets[program] = (int(number), of)
        elif program or map:
            continue
        elif match := SECTION.match(line):
            section = match[1]
        elif (match := RELOCATION.match(line)) and section is not None:
            key, text = (section, int(match[1])), match[2]
            if kind := KIND.match(text):
                found.kinds[key] = kind[1]
            elif patched := PATCHED.match(text):
                found.relocations[key] = ("ok", int(patched[1]), int(patched[2]), int(patched[3]))
            elif sized := SIZED.match(text):
                found.sizes[key] = (int(sized[2]), int(sized[3]))
            elif poisoned := POISONED.match(text):
                # Of a 64-bit immediate the second half comes first; the last line is the first half's.
                found.relocations[key] = ("poisoned", int(poisoned[1]))
            elif FAILED.match(text):
                found.relocations.setdefault(key, ("error",))
    return found
