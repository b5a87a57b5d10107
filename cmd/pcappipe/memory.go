package main

import (
	"cmp"
	"os"
	"runtime"
	"runtime/debug"
)

// besides is what a process may take besides the flows' state: buffers on their
// way, tables, and what the collector has not freed yet. 32 MiB less than is
// promised are for what the runtime does not count.
const (
	besides          = 96 << 20
	besidesPerWorker = 4 << 20 // beyond the eighth
)

// limitMemory makes the garbage collector keep within what is promised for
// --memory, where doubling the heap would not. GOMEMLIMIT, if set, says more.
func (c *command) limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		workers := cmp.Or(c.config.Workers, runtime.GOMAXPROCS(0))
		debug.SetMemoryLimit(c.config.Memory + besides + besidesPerWorker*int64(max(0, workers-8)))
	}
}
