// How much processor time cilium/ebpf takes to read a BTF: main FILE. The counterpart of tests/engine/examples/parse_time.rs.
package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/cilium/ebpf/btf"
)

const (
	runs = 51
	name = "task_struct"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// Of all threads, since the garbage collector has its own.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("usage: main FILE")
	}
	file, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	for _, find := range []bool{false, true} {
		var times []time.Duration
		for range runs {
			start := processorTime()
			spec, err := btf.LoadSpecFromReader(bytes.NewReader(file))
			if err != nil {
				return err
			}
			if find {
				var found *btf.Struct
				if err := spec.TypeByName(name, &found); err != nil {
					return err
				}
			}
			times = append(times, processorTime()-start)
		}
		slices.Sort(times)
		fmt.Printf("cilium/ebpf: find %v: median %v (least %v, most %v)\n", find, times[runs/2], times[0], times[runs-1])
	}
	return nil
}
