package bench

import (
	"reflect"
	"testing"
)

func TestParseTop(t *testing.T) {
	got := parseTop([]byte(`File: run
Showing nodes accounting for 1s, 100% of 1s total
      flat  flat%   sum%        cum   cum%
     0.40s 40.00% 40.00%      0.40s 40.00%  internal/runtime/syscall/linux.Syscall6
     0.30s 30.00% 70.00%      0.35s 35.00%  github.com/pcappipe/pcappipe/decoder.(*walk).ipv4
     0.20s 20.00% 90.00%      0.20s 20.00%  github.com/pcappipe/pcappipe/decoder.be16 (inline)
     0.10s 10.00%   100%      0.10s 10.00%  github.com/pcappipe/pcappipe/flowlock.(*Table[go.shape.struct { a/b.x int }]).find
         0     0%   100%      0.10s 10.00%  runtime.main
`))
	want := []Share{
		{"internal/runtime/syscall/linux.Syscall6", 40}, {"decoder.(*walk).ipv4", 30}, {"decoder.be16", 20},
		{"flowlock.(*Table[go.shape.struct { a/b.x int }]).find", 10}, {"runtime.main", 0},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	packages := largest(byPackage(got), 3)
	want = []Share{{"decoder", 50}, {"the kernel (system calls)", 40}, {"flowlock", 10}}
	if !reflect.DeepEqual(packages, want) {
		t.Errorf("by package: %v", packages)
	}
}

func TestParseBenchmarks(t *testing.T) {
	got := parseBenchmarks([]byte(`goos: linux
pkg: github.com/pcappipe/pcappipe/capfile
BenchmarkSlice/pcap_big-endian-2   100  20000 ns/op  20.00 ns/frame  0 B/op  10 allocs/op
pkg: github.com/pcappipe/pcappipe/conn
BenchmarkRow   	 5  300 ns/op	 12 B/op	 2 allocs/op
PASS
`))
	want := []Benchmark{
		{"capfile", "Slice/pcap big-endian", 20, "frame", 0.01},
		{"conn", "Row", 300, "op", 2},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}
