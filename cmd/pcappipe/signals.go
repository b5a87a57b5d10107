package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// untilSignal returns a context that the first interrupt ends: the run writes
// what is complete and says how far it got. The second one finds the signals'
// usual effect restored, and kills.
//
// A signal that is ignored when the program starts, as in the background of a
// script or under nohup, stays ignored. SIGPIPE is left alone: a write to a closed
// standard output ends a Go program as it does any other.
func untilSignal(parent context.Context) context.Context {
	var wanted []os.Signal
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	if len(wanted) == 0 {
		return parent // Notify without signals means all of them
	}
	ctx, restore := signal.NotifyContext(parent, wanted...)
	context.AfterFunc(ctx, restore)
	return ctx
}
