/* Devices, for those who only hold on to them. */
#ifndef SAMPLE_DEVICE_H
#define SAMPLE_DEVICE_H

#include "types.h"

struct device;
/* Defined twice, in sched.c and in device.c, and differently: where only this line is seen, the
 * forward declaration has two candidates and stays what it is. */
struct slot;

struct device *device_open(const char *name, int lines);
void device_log(struct device *device, const char *text);
u32 device_lines(const struct device *device);
int device_bind(struct device *device, struct slot *slot);

#endif
