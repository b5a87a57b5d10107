package bench

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pcappipe/pcappipe/pipeline"
)

// A Profile says which code a job's processor time was spent in.
type Profile struct {
	Job       string  `json:"job"`
	Packages  []Share `json:"packages"`
	Functions []Share `json:"functions"`
}

// A Share is a part of the processor time, in percent.
type Share struct {
	Name    string  `json:"name"`
	Percent float64 `json:"percent"`
}

// The profile is taken every 10 ms: so long, for shares that are good to a percent.
const profiled = 4 * time.Second

// A profiled run reads at least so much, the capture again and again if need be,
// so that the profile is of a run that has been going for a while.
const profiledBytes = 1 << 30

// How many are told.
const mostPackages, mostFunctions = 12, 16

// measureProfiles profiles the main jobs with two workers. The profiles stay in
// the cache, for go tool pprof.
func measureProfiles(ctx context.Context, c Config, r *Report, _ string) error {
	if err := os.MkdirAll(c.Cache, 0o777); err != nil {
		return err
	}
	for _, job := range insides {
		path := filepath.Join(c.Cache, fileName(job.name)+".prof")
		times := int(max(1, profiledBytes/r.Capture.FileBytes))
		if err := profile(ctx, path, job.config(2, slices.Repeat([]string{c.Capture}, times)...)); err != nil {
			return err
		}
		top, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=100000", path).Output()
		if err != nil {
			return fmt.Errorf("go tool pprof: %w", err)
		}
		functions := parseTop(top)
		r.Profiles = append(r.Profiles, Profile{
			Job:       job.name,
			Packages:  largest(byPackage(functions), mostPackages),
			Functions: largest(functions, mostFunctions),
		})
		c.logf("profile of %s: %s", job.name, path)
	}
	return nil
}

// fileName returns the name of a job as that of a file.
func fileName(job string) string {
	return strings.Join(strings.FieldsFunc(job, func(r rune) bool { return r == ' ' || r == '-' }), "-")
}

// profile runs a job again and again and writes a profile of its processor time.
func profile(ctx context.Context, path string, p pipeline.Config) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := pprof.StartCPUProfile(file); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	for begin := time.Now(); time.Since(begin) < profiled; {
		if _, err := pipeline.Run(ctx, p); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// topLine is a line of pprof's: flat, flat%, sum%, cum, cum%, function.
var topLine = regexp.MustCompile(`^\s*\S+\s+([0-9.]+)%\s+[0-9.]+%\s+\S+\s+[0-9.]+%\s+(.+?)(?: \(inline\))?$`)

// parseTop reads what pprof -top prints: each function's own share.
func parseTop(text []byte) (list []Share) {
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		if m := topLine.FindStringSubmatch(lines.Text()); m != nil {
			percent, _ := strconv.ParseFloat(m[1], 64)
			list = append(list, Share{strings.TrimPrefix(m[2], modulePath), percent})
		}
	}
	return list
}

const modulePath = "github.com/pcappipe/pcappipe/"

// byPackage adds up the shares of each package.
func byPackage(functions []Share) (list []Share) {
	places := make(map[string]int)
	for _, f := range functions {
		name := packageOf(f.Name)
		i, known := places[name]
		if !known {
			i = len(list)
			places[name] = i
			list = append(list, Share{Name: name})
		}
		list[i].Percent += f.Percent
	}
	return list
}

// packageOf returns the package of a function: what stands before the first dot
// behind the last slash that is no type's.
func packageOf(function string) string {
	name, _, _ := strings.Cut(function, "[") // type arguments have paths of their own
	slash := strings.LastIndexByte(name, '/') + 1
	last, _, _ := strings.Cut(name[slash:], ".")
	switch pkg := name[:slash] + last; {
	case pkg == "internal/runtime/syscall" || pkg == "syscall" || strings.HasPrefix(pkg, "internal/runtime/syscall/"):
		return "the kernel (system calls)"
	case pkg == "runtime" || strings.HasPrefix(pkg, "internal/runtime/"):
		return "runtime"
	default:
		return pkg
	}
}

// largest returns the largest shares, largest first.
func largest(list []Share, most int) []Share {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Share) int { return cmp.Compare(b.Percent, a.Percent) })
	list = slices.DeleteFunc(list, func(s Share) bool { return s.Percent < 0.5 })
	return list[:min(most, len(list))]
}
