/* Kfuncs as the kernel lists them in .BTF_ids. */
#define TAG(text)
#ifdef __clang__
#undef TAG
#define TAG(text) __attribute__((btf_decl_tag(text)))
#endif

struct map;
TAG("own") void *arena_alloc(struct map *map, void *hint, int pages) { return hint; }
void arena_free(void *map, void *first, unsigned count) { }
void arena_of(void *first, int no_pointer) { }
int fast(int number) { return number; }
int in_two_sets(int number) { return number; }
int in_a_set_of_others(int number) { return number; }

#define TYPE ".type __BTF_ID__"
#define SET(name, members, flags) \
	TYPE "set8__" #name ",%object\n.size __BTF_ID__set8__" #name ",8+8*" #members "\n" \
	"__BTF_ID__set8__" #name ":\n.4byte " #members "," #flags "\n"
#define FUNC(name, number, flags) \
	TYPE "func__" #name "__" #number ",%object\n.size __BTF_ID__func__" #name "__" #number ",8\n" \
	"__BTF_ID__func__" #name "__" #number ":\n.4byte 0," #flags "\n"

__asm__(".pushsection .BTF_ids,\"a\"\n"
	SET(first, 4, 1)
	FUNC(arena_alloc, 1, 0x6000)
	FUNC(arena_free, 2, 0x8000)
	FUNC(fast, 3, 0x1000)
	FUNC(in_two_sets, 4, 0x1000)
	SET(others, 1, 0)
	FUNC(in_a_set_of_others, 5, 0)
	SET(second, 2, 1)
	FUNC(in_two_sets, 6, 0)
	FUNC(arena_of, 7, 0x4000)
	".popsection\n");
