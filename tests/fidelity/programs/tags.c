/* Tags for BPF, where the compiler knows them. */
#include "keep.h"

#if HAS(btf_decl_tag)
#define DECL_TAG(text) __attribute__((btf_decl_tag(text)))
#else
#define DECL_TAG(text)
#endif
#if HAS(btf_type_tag)
#define TYPE_TAG(text) __attribute__((btf_type_tag(text)))
#else
#define TYPE_TAG(text)
#endif

struct tagged {
	int first DECL_TAG("member_tag");
	int TYPE_TAG("user") *user;
	int TYPE_TAG("one") TYPE_TAG("two") *two;
	int TYPE_TAG("inner") *TYPE_TAG("outer") *nested;
	const char TYPE_TAG("rcu") *constant;
	struct tagged TYPE_TAG("rcu") *self DECL_TAG("both") DECL_TAG("again");
	int bits : 3 DECL_TAG("bits");
	void TYPE_TAG("percpu") *nothing;
} DECL_TAG("struct_tag") DECL_TAG("struct_tag_two");
union tagged_union { int a; long b DECL_TAG("union_member"); } DECL_TAG("union_tag");
typedef int tagged_alias DECL_TAG("alias_tag");
typedef int TYPE_TAG("in_alias") *pointer_alias;
struct untagged { pointer_alias alias; tagged_alias value; union tagged_union both; };

KEEP struct tagged tagged;
KEEP struct untagged untagged;
PER_CPU int tagged_variable DECL_TAG("variable_tag") = 1;
PER_CPU int TYPE_TAG("percpu") *tagged_pointer_variable;

int tagged_function(int first DECL_TAG("first_parameter"), struct tagged TYPE_TAG("trusted") *second, int third DECL_TAG("third_parameter") DECL_TAG("third_again"))
	DECL_TAG("function_tag") DECL_TAG("function_tag_two");
int tagged_function(int first, struct tagged TYPE_TAG("trusted") *second, int third)
{
	return first + second->first + third;
}
static NOINLINE DECL_TAG("static_tag") int static_tagged(int DECL_TAG("parameter") value)
{
	return value + 1;
}
int tags_use(int value)
{
	return static_tagged(value);
}
