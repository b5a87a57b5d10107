// Package promises holds the program to what it promises whatever comes: the
// same bytes, bounded memory, nothing silent, a clean end. Its tests build the
// program once and run it as a process, since only a process has a memory to
// measure, a signal to get and a descriptor to lose.
//
// What takes seconds runs with every `go test`. What takes minutes, and
// gigabytes that are made as they are read, has the build tag promises:
// `make promises`.
package promises
