package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// A Machine is where it was measured.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`  // that the program may use
	Memory int64  `json:"memory"` // bytes
	OS     string `json:"os"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
	Load   string `json:"load"` // average of the minute before
}

// thisMachine returns what Linux tells of itself. What it does not is left out.
func thisMachine() Machine {
	m := Machine{
		CPU:    valueIn("/proc/cpuinfo", "model name", ":"),
		Cores:  runtime.NumCPU(),
		Memory: memory(),
		OS:     strings.Trim(valueIn("/etc/os-release", "PRETTY_NAME", "="), `"`),
		Go:     runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
	}
	m.Kernel = firstWord("/proc/sys/kernel/osrelease")
	m.Load = firstWord("/proc/loadavg")
	return m
}

// firstWord returns what a file begins with.
func firstWord(path string) string {
	b, _ := os.ReadFile(path)
	word, _, _ := strings.Cut(strings.TrimSpace(string(b)), " ")
	return word
}

// busy says that others used the machine before the bench did: their share is in
// every figure.
func (m Machine) busy() bool {
	load, err := strconv.ParseFloat(m.Load, 64)
	return err == nil && load > float64(m.Cores)/2
}

// memory returns how much there is, 0 where Linux does not say.
func memory() int64 {
	kib, _ := strings.CutSuffix(valueIn("/proc/meminfo", "MemTotal", ":"), " kB")
	n, _ := strconv.ParseInt(kib, 10, 64)
	return n << 10
}

// String says it in a line, without what is not known.
func (m Machine) String() string {
	memory := ""
	if m.Memory > 0 {
		memory = fmt.Sprintf("%.0f GB of memory", float64(m.Memory)/1e9)
	}
	kernel := ""
	if m.Kernel != "" {
		kernel = "Linux " + m.Kernel
	}
	load := ""
	if m.Load != "" {
		load = "load " + m.Load + " before"
	}
	known := slices.DeleteFunc([]string{m.CPU, counted(m.Cores, "core"), memory, m.OS, kernel, m.Go, load},
		func(s string) bool { return s == "" })
	return strings.Join(known, ", ")
}

// counted returns a number of things.
func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// valueIn returns the first value of a key in a file of keys and values.
func valueIn(path, key, between string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		k, v, _ := strings.Cut(lines.Text(), between)
		if strings.TrimSpace(k) == key {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
