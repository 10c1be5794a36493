//! BPF objects: what belongs to their `.BTF` follows when it is replaced. Real tools read the result.

use crate::common::Place;
use btf::BtfExt;
use elf::Elf;

/// Two maps of the same shape, which dedup merges; variables; a call; accesses that are relocated.
const PROGRAM: &str = r#"
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int (*name)[val]
#define __type(name, val) typeof(val) *name
struct task { int pid; struct task *parent; } __attribute__((preserve_access_index));
struct { __uint(type, 1); __uint(max_entries, 16); __type(key, int); __type(value, long); } first SEC(".maps");
struct { __uint(type, 1); __uint(max_entries, 16); __type(key, int); __type(value, long); } second SEC(".maps");
static void *(*bpf_map_lookup_elem)(void *map, const void *key) = (void *) 1;
int counter, other = 5;
const volatile int limit = 7;
__attribute__((noinline)) static int add(int a, struct task *t) { return a + t->parent->pid; }
SEC("kprobe/a") int handle(struct task *task)
{
    int key = 0;
    long *value = bpf_map_lookup_elem(&first, &key);
    if (!value)
        value = bpf_map_lookup_elem(&second, &key);
    counter += limit + other;
    return value ? *value + add(counter, task) : 0;
}
SEC("tp/b") int again(struct task *task) { return task->pid + counter; }
char LICENSE[] SEC("license") = "GPL";
"#;

/// The bytes of a section.
fn section(place: &Place, object: &str, name: &str) -> Vec<u8> {
    let file = place.read(object);
    let elf = Elf::parse(&file).expect("an ELF file");
    let section = elf.section(name).expect("the section");
    elf.read_section_unrelocated(&file, section).expect("read")
}

/// What `.BTF.ext` says, with names in place of ids and string offsets.
fn said(place: &Place, object: &str) -> Vec<String> {
    let btf = btf::parse(&section(place, object, ".BTF"), None).expect("BTF");
    let ext = BtfExt::parse(section(place, object, ".BTF.ext")).expect(".BTF.ext");
    ext.check(&btf).expect("ids and strings of the BTF");
    let text = |offset| btf.str(offset);
    let functions = ext.functions().map(|function| {
        let (section, at) = (text(function.section), function.instruction);
        format!("{section}+{at} {}", btf.name(function.ty))
    });
    let lines = ext.lines().map(|line| {
        let (section, at) = (text(line.section), line.instruction);
        let (file, number, column) = (text(line.file), line.line, line.column);
        format!(
            "{section}+{at} {file}:{number}:{column} {}",
            text(line.text)
        )
    });
    let relocations = ext.core_relocations().map(|relocation| {
        let (section, at) = (text(relocation.section), relocation.instruction);
        let (access, kind) = (text(relocation.access), relocation.kind);
        format!("{section}+{at} {} {access} {kind}", btf.name(relocation.ty))
    });
    functions.chain(lines).chain(relocations).collect()
}

#[test]
#[ignore = "needs clang, readelf, bpftool"]
fn a_deduplicated_object_is_still_one() {
    for target in ["bpfel", "bpfeb"] {
        let place = Place::new();
        place.write("prog.c", PROGRAM);
        let flags = [
            "-target", target, "-g", "-O2", "-c", "prog.c", "-o", "prog.o",
        ];
        place.tool("clang", &flags);
        place
            .run(["dedup", "prog.o", "--patch", "less.o", "-o", "less.btf"])
            .ok();
        let dump = |file: &str| place.run(["dump", file]).ok();
        let count = |dump: &str| dump.lines().filter(|line| line.starts_with('[')).count();
        assert!(count(&dump("less.o")) < count(&dump("prog.o")));
        assert_eq!(dump("less.o"), dump("less.btf"));

        // libbpf reads both sections; LLVM too, which names what each relocation and line is of.
        let bpftool = |args: &[&str]| place.tool("bpftool", args);
        assert_eq!(
            bpftool(&["btf", "dump", "file", "less.o", "format", "raw"]),
            dump("less.o")
        );
        let before = said(&place, "prog.o");
        assert_eq!(before, said(&place, "less.o"));
        let has = |what: &str| before.iter().any(|line| line.contains(what));
        assert!(has("kprobe/a+0 handle") && has("task 0:1 0") && has("counter += limit + other;"));

        // Sorted, it says the same.
        place
            .run(["dedup", "prog.o", "--sort", "--patch", "sorted.o"])
            .ok();
        assert_ne!(dump("sorted.o"), dump("less.o"));
        assert_eq!(before, said(&place, "sorted.o"));

        // libbpf's linker deduplicates too, and follows what both sections say: the same comes out. Older
        // ones link no other byte order than this machine's.
        if target == "bpfel" {
            for object in ["prog.o", "less.o"] {
                bpftool(&["gen", "object", &format!("linked-{object}"), object]);
            }
            for name in [".BTF", ".BTF.ext"] {
                assert_eq!(
                    section(&place, "linked-prog.o", name),
                    section(&place, "linked-less.o", name)
                );
            }
        }

        // Relocations for variables stand where the variables are now.
        let relocations = |object: &str, section: &str| -> Vec<String> {
            let text = place.tool("readelf", &["-r", "-W", object]);
            let mut lines = text.lines();
            let head = format!("'{section}'");
            lines.find(|line| line.contains(&head)).unwrap();
            let entries = lines.skip(1).take_while(|line| !line.is_empty());
            entries.map(str::to_owned).collect()
        };
        let symbols = |lines: &[String]| -> Vec<String> {
            let last = |line: &String| line.split_whitespace().last().unwrap().to_owned();
            lines.iter().map(last).collect()
        };
        let (was, is) = (
            relocations("prog.o", ".rel.BTF"),
            relocations("less.o", ".rel.BTF"),
        );
        assert_eq!(symbols(&was), symbols(&is));
        assert!(!is.is_empty());
        assert_eq!(
            relocations("prog.o", ".rel.BTF.ext"),
            relocations("less.o", ".rel.BTF.ext")
        );
        let bytes = place.read("less.btf");
        let word = |at: usize| {
            let four = bytes[at..at + 4].try_into().unwrap();
            match target {
                "bpfel" => u32::from_le_bytes(four),
                _ => u32::from_be_bytes(four),
            }
        };
        let text = dump("less.o");
        for line in is {
            let offset = usize::from_str_radix(line.split_whitespace().next().unwrap(), 16);
            // The variable's id stands before its offset.
            let id = word(offset.unwrap() - 4);
            let name = line.split_whitespace().last().unwrap();
            let variable = format!("[{id}] VAR '{name}' ");
            assert!(text.contains(&variable), "{variable} in {text}");
        }
    }
}

#[test]
#[ignore = "needs clang"]
fn what_cannot_be_patched_is_said() {
    let place = Place::new();
    place.write("prog.c", PROGRAM);
    let flags = [
        "-target", "bpf", "-g", "-O2", "-c", "prog.c", "-o", "prog.o",
    ];
    place.tool("clang", &flags);
    place.run(["dedup", "prog.o", "-o", "prog.btf"]).ok();
    let message = place
        .run(["dedup", "prog.btf", "--patch", "out.o"])
        .fails(1);
    assert!(message.contains("use -o"), "{message}");
    let message = place.run(["dedup", "prog.o", "--patch", "prog.o"]).fails(1);
    assert!(message.contains("input file"), "{message}");
    let message = place
        .run(["dedup", "prog.o", "--patch", "x", "-o", "x"])
        .fails(1);
    assert!(message.contains("same file"), "{message}");
    place.run(["dedup", "prog.o"]).fails(2);

    // A damaged .BTF.ext is refused, and nothing is written.
    let whole = place.read("prog.o");
    let ext = section(&place, "prog.o", ".BTF.ext");
    let at = whole
        .windows(ext.len())
        .position(|there| there == ext)
        .unwrap();
    let mut damaged = whole;
    // The type of the first function.
    damaged[at + 32 + 16..][..4].copy_from_slice(&[0xff; 4]);
    place.write("damaged.o", damaged);
    let message = place
        .run(["dedup", "damaged.o", "--patch", "out.o"])
        .fails(1);
    assert!(message.contains("func_info"), "{message}");
    assert!(!place.files().contains(&"out.o".to_owned()));
}
