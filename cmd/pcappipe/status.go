package main

import (
	"context"
	"errors"
	"slices"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/output"
	"github.com/pcappipe/pcappipe/pipeline"
)

// A status is the program's exit status.
type status int

const (
	success      status = 0
	misused      status = 1 // usage, or an input that cannot be opened or is no capture
	damaged      status = 2 // an input is damaged or cut; what is readable was processed
	faulty       status = 3 // the ledger does not balance, or another internal fault
	outputFailed status = 4
	interrupted  status = 130 // as a shell has it for SIGINT
)

// gravest is the order in which one status hides another.
var gravest = []status{faulty, outputFailed, interrupted, misused, damaged, success}

// or returns the graver of two statuses.
func (s status) or(t status) status {
	if slices.Index(gravest, t) < slices.Index(gravest, s) {
		return t
	}
	return s
}

// statusOf says how a run ended. Several things may hold at once.
func statusOf(sum *pipeline.Summary, err error) status {
	s := success
	for _, e := range slices.Concat(sum.Failed, sum.Damage, []error{err}) {
		for _, e := range separate(e) {
			s = s.or(statusOfError(e))
		}
	}
	if sum.Interrupted {
		s = s.or(interrupted)
	}
	if !sum.Ledger.Balances() {
		s = faulty
	}
	return s
}

// separate returns the errors that were joined, or the one error; none for nil.
func separate(err error) (list []error) {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	for _, e := range joined.Unwrap() {
		list = append(list, separate(e)...)
	}
	return list
}

// statusOfError says what kind an error is. What is about no input and no
// output is our own fault.
func statusOfError(err error) status {
	if _, ok := errors.AsType[*capfile.FormatError](err); ok {
		return damaged
	}
	if _, ok := errors.AsType[*capfile.InputError](err); ok {
		return misused
	}
	if _, ok := errors.AsType[*pipeline.OutputError](err); ok {
		return outputFailed
	}
	if _, ok := errors.AsType[*output.ConfigError](err); ok {
		return misused
	}
	if _, ok := errors.AsType[*pipeline.NoFlowError](err); ok {
		return misused
	}
	if _, ok := errors.AsType[*pipeline.NoExchangeError](err); ok {
		return misused
	}
	if errors.Is(err, context.Canceled) {
		return interrupted
	}
	return faulty
}
