/* Kfuncs whose last arguments the kernel's verifier passes. */
struct bpf_prog_aux { int id; };
struct work { int id; };
typedef struct bpf_prog_aux *aux_t;

int start(struct work *work, int flags, aux_t aux) { return flags + work->id + aux->id; }
int stop(struct work *work) { return work->id; }
int both(struct bpf_prog_aux **out, const struct bpf_prog_aux *aux) { *out = 0; return aux->id; }
int both_impl(struct bpf_prog_aux **out, const struct bpf_prog_aux *aux) { *out = 0; return aux->id; }

#define TYPE ".type __BTF_ID__"
#define FUNC(name, number, flags) \
	TYPE "func__" #name "__" #number ",%object\n.size __BTF_ID__func__" #name "__" #number ",8\n" \
	"__BTF_ID__func__" #name "__" #number ":\n.4byte 0," #flags "\n"

__asm__(".pushsection .BTF_ids,\"a\"\n"
	TYPE "set8__kfuncs,%object\n.size __BTF_ID__set8__kfuncs,32\n"
	"__BTF_ID__set8__kfuncs:\n.4byte 3,1\n"
	FUNC(start, 1, 0x11000)
	FUNC(stop, 2, 0)
	FUNC(both, 3, 0x10000)
	".popsection\n");
