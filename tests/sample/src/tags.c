/* The one unit that clang compiles, since its tags become DECL_TAG and TYPE_TAG. It names integers
 * otherwise than gcc ("long" for gcc's "long int"): types that stay apart for no other reason. */

#define __user __attribute__((btf_type_tag("user")))
#define __rcu __attribute__((btf_type_tag("rcu")))
#define __tag(text) __attribute__((btf_decl_tag(text)))

struct task;

struct request {
	const char __user *path;
	struct task __rcu *owner;
	long timeout;
	unsigned int length __tag("checked");
} __tag("from user space");

struct request last_request;

int task_rename(struct task *restrict task, const char *restrict name);
int request_check(struct request *request __tag("nullable")) __tag("entry point");

int request_check(struct request *request)
{
	if (!request || request->length > 4096)
		return -1;
	last_request = *request;
	return task_rename(request->owner, "request");
}
