package bench

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// A Machine is where it was measured.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"` // that the program may use
	Memory string `json:"memory"`
	OS     string `json:"os"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
}

// thisMachine returns what Linux tells of itself. What it does not is left out.
func thisMachine() Machine {
	m := Machine{
		CPU:    valueIn("/proc/cpuinfo", "model name", ":"),
		Cores:  runtime.NumCPU(),
		Memory: valueIn("/proc/meminfo", "MemTotal", ":"),
		OS:     strings.Trim(valueIn("/etc/os-release", "PRETTY_NAME", "="), `"`),
		Go:     runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH,
	}
	if b, err := os.ReadFile("/proc/sys/kernel/osrelease"); err == nil {
		m.Kernel = strings.TrimSpace(string(b))
	}
	return m
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
