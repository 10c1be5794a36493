/* Kfuncs whose last arguments the kernel's verifier passes. */
struct bpf_prog_aux { int id; };
struct work { int id; };
typedef struct bpf_prog_aux *aux_t;

int start(struct work *work, int flags, aux_t aux) { return flags + work->id + aux->id; }
int stop(struct work *work) { return work->id; }
int halt(struct work *work, aux_t aux) { return work->id + aux->id; }
int both(struct bpf_prog_aux **out, const struct bpf_prog_aux *aux) { *out = 0; return aux->id; }
int both_impl(struct bpf_prog_aux **out, const struct bpf_prog_aux *aux) { *out = 0; return aux->id; }

#define TYPE ".type __BTF_ID__"
#define FUNC(name, number, flags) \
	TYPE "func__" #name "__" #number ",%object\n.size __BTF_ID__func__" #name "__" #number ",8\n" \
	"__BTF_ID__func__" #name "__" #number ":\n.4byte 0," #flags "\n"

__asm__(".pushsection .BTF_ids,\"a\"\n"
	TYPE "set8__kfuncs,%object\n.size __BTF_ID__set8__kfuncs,40\n"
	"__BTF_ID__set8__kfuncs:\n.4byte 4,1\n"
	FUNC(start, 1, 0x11000)
	FUNC(stop, 2, 0)
	FUNC(both, 3, 0x10000)
	FUNC(halt, 4, 0x10000)
	".popsection\n");

#ifdef RELEASE
/* What a kernel and a module state of their release. */
const char linux_banner[] = "Linux version " RELEASE " (builder) #1 SMP\n";
__asm__(".pushsection .modinfo,\"a\"\n.asciz \"license=GPL\"\n.asciz \"vermagic=" RELEASE " SMP mod_unload \"\n.popsection\n");
#endif
