// Loads a BPF object with libbpf and without a kernel, and prints what libbpf decides: `loader OBJECT`.
//
// libbpf speaks to the kernel through syscall(). This program has a syscall() of its own that answers bpf(): whatever is loaded or
// created succeeds, and no module has BTF. The types of the kernel are those of /sys/kernel/btf/vmlinux, which the caller puts there.
//
// First all programs are relocated, with externs made weak and without what is looked up when a program is loaded. Then each
// program that attaches by BTF is loaded alone. Each load is a process, since the first error ends it.
#define _GNU_SOURCE
#include <bpf/libbpf.h>
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int answer_bpf(int command, union bpf_attr *attr)
{
	size_t size = 4096;

	switch (command) {
	case BPF_PROG_LOAD:
		if (attr->attach_btf_id)
			printf("@attached %u\n", attr->attach_btf_id);
		break;
	case BPF_MAP_CREATE:
		// The contents of data sections are mapped.
		size += (size_t)((attr->value_size + 7) / 8 * 8) * attr->max_entries;
		break;
	case BPF_BTF_GET_NEXT_ID:
	case BPF_MAP_LOOKUP_ELEM:
	case BPF_OBJ_GET:
		errno = ENOENT;
		return -1;
	case BPF_BTF_LOAD:
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		break;
	default:
		return 0;
	}
	int fd = memfd_create("loaded", MFD_CLOEXEC);

	if (size > (64u << 20))
		size = 64u << 20;
	if (fd >= 0 && ftruncate(fd, size))
		return -1;
	return fd;
}

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	va_list list;
	long args[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		args[i] = va_arg(list, long);
	va_end(list);
	if (number == __NR_bpf)
		return answer_bpf((int)args[0], (union bpf_attr *)args[1]);
	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, args[0], args[1], args[2], args[3], args[4], args[5]);
}

// A libbpf.a of a newer system asks for names that this system's C library does not have.
unsigned long __isoc23_strtoul(const char *text, char **end, int base) { return strtoul(text, end, base); }
long __isoc23_strtol(const char *text, char **end, int base) { return strtol(text, end, base); }
unsigned long long __isoc23_strtoull(const char *text, char **end, int base) { return strtoull(text, end, base); }
long long __isoc23_strtoll(const char *text, char **end, int base) { return strtoll(text, end, base); }
int __isoc23_sscanf(const char *text, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int count = vsscanf(text, format, list);
	va_end(list);
	return count;
}
int __isoc23_fscanf(FILE *file, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	int count = vfscanf(file, format, list);
	va_end(list);
	return count;
}

static int log_line(enum libbpf_print_level level, const char *format, va_list list)
{
	return vprintf(format, list);
}

// Makes all externs weak, so that none of them ends the load.
static void weaken(char *file, size_t len)
{
	Elf64_Ehdr *header = (Elf64_Ehdr *)file;

	if (len < sizeof(*header) || header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB)
		return;
	Elf64_Shdr *section = (Elf64_Shdr *)(file + header->e_shoff);

	for (int i = 0; i < header->e_shnum; i++) {
		if (section[i].sh_type != SHT_SYMTAB)
			continue;
		Elf64_Sym *symbol = (Elf64_Sym *)(file + section[i].sh_offset);

		for (size_t n = section[i].sh_size / sizeof(*symbol); n; n--, symbol++)
			if (symbol->st_shndx == SHN_UNDEF && symbol->st_info == ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE))
				symbol->st_info = ELF64_ST_INFO(STB_WEAK, STT_NOTYPE);
	}
}

static int attaches_by_btf(const struct bpf_program *program)
{
	enum bpf_prog_type type = bpf_program__type(program);

	return type == BPF_PROG_TYPE_TRACING || type == BPF_PROG_TYPE_LSM || type == BPF_PROG_TYPE_EXT;
}

// Loads all programs for their relocations, or one, for its target.
static void load(const char *file, size_t len, const char *only)
{
	fflush(stdout);
	if (fork()) {
		wait(NULL);
		return;
	}
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = "object");
	struct bpf_object *object = bpf_object__open_mem(file, len, &options);
	struct bpf_program *program;
	struct bpf_map *map;

	printf("@load %s\n", only ? only : "");
	if (!object)
		exit(1);
	bpf_object__for_each_program(program, object) {
		int wanted = !only || !strcmp(bpf_program__name(program), only);

		bpf_program__set_autoload(program, wanted);
		if (!only && (attaches_by_btf(program) || bpf_program__type(program) == BPF_PROG_TYPE_STRUCT_OPS))
			bpf_program__set_type(program, BPF_PROG_TYPE_SYSCALL);
	}
	bpf_object__for_each_map(map, object)
		if (bpf_map__type(map) == BPF_MAP_TYPE_STRUCT_OPS)
			bpf_map__set_autocreate(map, false);
	printf("@end %d\n", bpf_object__load(object));
	exit(0);
}

int main(int argc, char **argv)
{
	int fd = open(argv[argc - 1], O_RDONLY);
	struct stat stat;

	if (argc != 2 || fd < 0 || fstat(fd, &stat)) {
		fprintf(stderr, "usage: loader OBJECT\n");
		return 2;
	}
	char *file = mmap(NULL, stat.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

	if (file == MAP_FAILED)
		return 2;
	libbpf_set_print(log_line);
	weaken(file, stat.st_size);
	load(file, stat.st_size, NULL);

	struct bpf_object *object = bpf_object__open_mem(file, stat.st_size, NULL);
	struct bpf_program *program;

	if (!object)
		return 0;
	bpf_object__for_each_program(program, object)
		if (attaches_by_btf(program))
			load(file, stat.st_size, bpf_program__name(program));
	return 0;
}
