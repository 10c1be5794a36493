// Reads BTF with cilium/ebpf, of any version: main FILE. Every type is asked for by its id.
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/cilium/ebpf/btf"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	spec, err := btf.LoadSpecFromReader(file)
	if err != nil {
		return err
	}
	id := btf.TypeID(1)
	for ; ; id++ {
		if err := ask(spec, id); errors.Is(err, btf.ErrNotFound) {
			break
		} else if err != nil {
			return err
		}
	}
	if _, err := spec.AnyTypeByName("point"); err != nil {
		return err
	}
	fmt.Println(id - 1)
	return nil
}

// ask asks for a type. Version 0.9 panics where later ones say that there is none.
func ask(spec *btf.Spec, id btf.TypeID) (err error) {
	defer func() {
		if recover() != nil {
			err = btf.ErrNotFound
		}
	}()
	_, err = spec.TypeByID(id)
	return err
}
