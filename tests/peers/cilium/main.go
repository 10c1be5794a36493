// Reads BTF with cilium/ebpf and prints how many types it found: main FILE [BASE].
// Every type is resolved with all that it refers to, and printed as Go where it has a name.
package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/cilium/ebpf/btf"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return fmt.Errorf("usage: main FILE [BASE]")
	}
	spec, err := load(args)
	if err != nil {
		return err
	}
	count := 0
	for ty, err := range spec.All() {
		if err != nil {
			return err
		}
		if _, void := ty.(*btf.Void); void {
			continue
		}
		id, err := spec.TypeID(ty)
		if err != nil {
			return fmt.Errorf("%v has no id: %w", ty, err)
		}
		if again, err := spec.TypeByID(id); err != nil || again != ty {
			return fmt.Errorf("id %d gives another type: %w", id, err)
		}
		// The part after ___ tells kernels apart and is no part of the name, for this reader.
		if name := ty.TypeName(); name != "" && !strings.Contains(name, "___") {
			if _, err := spec.AnyTypesByName(name); err != nil {
				return fmt.Errorf("%s is not found by its name: %w", name, err)
			}
		}
		count++
	}
	fmt.Println(count)
	return nil
}

func load(args []string) (*btf.Spec, error) {
	file, err := os.Open(args[0])
	if err != nil {
		return nil, err
	}
	if len(args) == 1 {
		return btf.LoadSpecFromReader(file)
	}
	base, err := btf.LoadSpec(args[1])
	if err != nil {
		return nil, fmt.Errorf("the base: %w", err)
	}
	return btf.LoadSplitSpecFromReader(file, base)
}
