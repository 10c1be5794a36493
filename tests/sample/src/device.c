/* Devices: a flexible array at the end, nested unnamed unions, a table of function pointers. */
#include "device.h"

/* The other struct slot: see sched.c. */
struct slot {
	u16 number;
	volatile u32 *const registers;
	long double calibration;
};

enum device_event {
	EVENT_OPEN,
	EVENT_LOG,
	EVENT_BIND,
	EVENT_COUNT,
};

typedef int (*device_handler)(struct device *device, const void *data);

struct device {
	const char *name;
	struct slot *slot;
	device_handler handlers[EVENT_COUNT];
	union {
		u32 events;
		struct {
			u8 major;
			u8 minor;
			u16 lines;
		};
	};
	size_t length;
	char buffer[];
};

__percpu enum device_event last_event;

static struct {
	struct device device;
	char room[64];
} the_device;

static int opened(struct device *device, const void *data)
{
	device->name = data;
	return 0;
}

static int logged(struct device *device, const void *data)
{
	const char *text = data;
	size_t i;

	for (i = 0; text[i] && device->length < sizeof(the_device.room) - 1; i++)
		((volatile char *)device->buffer)[device->length++] = text[i];
	device->lines++;
	return 0;
}

static int bound(struct device *device, const void *data)
{
	device->slot = (struct slot *)data;
	return device->slot->number;
}

static noinline int setup(struct device *device, int lines)
{
	device->handlers[EVENT_OPEN] = opened;
	device->handlers[EVENT_LOG] = logged;
	device->handlers[EVENT_BIND] = bound;
	device->minor = (u8)lines;
	return lines;
}

static noinline int event(struct device *device, enum device_event event, const void *data)
{
	last_event = event;
	return device->handlers[event](device, data);
}

struct device *device_open(const char *name, int lines)
{
	setup(&the_device.device, lines);
	event(&the_device.device, EVENT_OPEN, name);
	return &the_device.device;
}

void device_log(struct device *device, const char *text)
{
	event(device, EVENT_LOG, text);
}

u32 device_lines(const struct device *device)
{
	return device->lines;
}

int device_bind(struct device *device, struct slot *slot)
{
	return event(device, EVENT_BIND, slot);
}
