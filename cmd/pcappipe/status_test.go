package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/pipeline"
)

func TestStatusOfARun(t *testing.T) {
	cut := &capfile.FormatError{Path: "a", Err: capfile.ErrTruncated}
	absent := &capfile.InputError{Path: "b", Err: fs.ErrNotExist}
	full := &pipeline.OutputError{Err: &fs.PathError{Op: "write", Path: "c", Err: syscall.ENOSPC}}
	unbalanced := pipeline.Ledger{Read: 1}
	for _, row := range []struct {
		name string
		sum  pipeline.Summary
		err  error
		want status
	}{
		{"all read and written", pipeline.Summary{}, nil, success},
		{"a damaged input", pipeline.Summary{Damage: []error{cut}}, nil, damaged},
		{"an input that cannot be opened", pipeline.Summary{Failed: []error{absent}}, nil, misused},
		{"all inputs cannot be opened", pipeline.Summary{}, errors.Join(absent, absent), misused},
		{"an absent file is no failed output", pipeline.Summary{}, &capfile.InputError{Path: "b", Err: &fs.PathError{Err: fs.ErrNotExist}}, misused},
		{"strict and damaged", pipeline.Summary{}, fmt.Errorf("strict: %w", cut), damaged},
		{"output failed", pipeline.Summary{}, fmt.Errorf("flows: %w", full), outputFailed},
		{"interrupted", pipeline.Summary{Interrupted: true}, nil, interrupted},
		{"interrupted, as an error", pipeline.Summary{Interrupted: true}, context.Canceled, interrupted},
		{"unbalanced", pipeline.Summary{Ledger: unbalanced}, nil, faulty},
		{"an error that names no place", pipeline.Summary{}, errors.New("lost"), faulty},
		{"1 hides 2", pipeline.Summary{Damage: []error{cut}, Failed: []error{absent}}, nil, misused},
		{"130 hides 1", pipeline.Summary{Failed: []error{absent}, Interrupted: true}, nil, interrupted},
		{"4 hides 130", pipeline.Summary{Failed: []error{absent}, Interrupted: true}, full, outputFailed},
		{"3 hides 4", pipeline.Summary{Failed: []error{absent}, Interrupted: true, Ledger: unbalanced}, full, faulty},
	} {
		if got := statusOf(&row.sum, row.err); got != row.want {
			t.Errorf("%s: exit status %d, not %d", row.name, got, row.want)
		}
	}
}

// Whatever makes the exit status, but damage, is said at the end, each thing once.
func TestFailuresAreToldOnce(t *testing.T) {
	absent := &capfile.InputError{Path: "a", Err: fs.ErrNotExist}
	text := &capfile.InputError{Path: "b", Err: errors.New("looks like text")}
	cut := &capfile.FormatError{Path: "c", Err: capfile.ErrTruncated}
	full := &pipeline.OutputError{Err: syscall.ENOSPC}
	for _, row := range []struct {
		name string
		sum  pipeline.Summary
		err  error
		want []error
	}{
		{"nothing", pipeline.Summary{}, nil, nil},
		{"damage is told when it is met", pipeline.Summary{Damage: []error{cut}}, nil, nil},
		{"inputs, while others could be read, are told at once", pipeline.Summary{Failed: []error{absent, text}}, nil, nil},
		{"inputs, and nothing else to read", pipeline.Summary{Failed: []error{absent, text}}, errors.Join(absent, text), []error{absent, text}},
		{"the output", pipeline.Summary{Failed: []error{absent}}, full, []error{full}},
		{"the ledger", pipeline.Summary{Ledger: pipeline.Ledger{Read: 1}}, nil, []error{errUnbalanced}},
	} {
		if got := failures(&row.sum, row.err); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v are told, not %v", row.name, got, row.want)
		}
	}
}
