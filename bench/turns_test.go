package bench

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pcappipe/pcappipe/internal/capture"
	"github.com/pcappipe/pcappipe/pipeline"
)

// quick returns turns over a small file.
func quick(t *testing.T, rounds int) turns {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.WriteFile(path, []byte("hello"), 0o600); err != nil {
		t.Fatal(err)
	}
	return turns{rounds: rounds, limit: time.Minute, capture: path, out: filepath.Join(dir, "out"), logf: t.Logf}
}

func TestRealCommandsAreMeasured(t *testing.T) {
	turns := quick(t, 3)
	results, err := turns.run(t.Context(), []Command{
		{Name: "file", Args: []string{"cat", "{}"}},
		{Name: "stream", Args: []string{"cat"}, Stdin: true},
		{Name: "part", Args: []string{"head", "-c", "{n}", "{}"}, Frames: 3, Rounds: 2},
		{Name: "often", Args: []string{"sh", "-c", `test "$#" = 3`, "sh", "{}"}, Times: 3},
		{Name: "output", Args: []string{"sh", "-c", `test -z "$(ls "$1")" && cp "$2" "$1"`, "sh", "{out}", "{}"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, runs := range []int{3, 3, 2, 3, 3} {
		r := &results[i]
		if !r.Sound() || len(r.Runs) != runs {
			t.Errorf("%s ran %d times and ended with %q", r.Name, len(r.Runs), r.Ended)
			continue
		}
		if r.Wall(0) <= 0 || r.RSS() <= 0 {
			t.Errorf("%s took %v s and %d bytes", r.Name, r.Wall(0), r.RSS())
		}
	}
	if _, err := os.Stat(turns.out); err == nil {
		t.Error("the output of the last command is still there")
	}
}

func TestFailuresAreTold(t *testing.T) {
	turns := quick(t, 2)
	results, err := turns.run(t.Context(), []Command{
		{Name: "status", Args: []string{"sh", "-c", "exit 3"}},
		{Name: "damage", Args: []string{"sh", "-c", "exit 2"}, Side: Ours},
		{Name: "no program", Args: []string{"/nowhere/to/be/found"}},
		{Name: "absent", Args: []string{"cat"}, Absent: "not installed"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		runs  int
		ended string
	}{{2, "exit status 3"}, {2, ""}, {0, notStarted}, {0, ""}} {
		if r := &results[i]; len(r.Runs) != want.runs || r.Ended != want.ended {
			t.Errorf("%s: %d runs, ended with %q; want %d and %q", r.Name, len(r.Runs), r.Ended, want.runs, want.ended)
		}
	}
}

func TestACommandThatTakesTooLongIsStopped(t *testing.T) {
	turns := quick(t, 2)
	turns.limit = time.Millisecond
	results, err := turns.run(t.Context(), []Command{{Name: "slow", Args: []string{"sleep", "600"}}})
	if err != nil {
		t.Fatal(err)
	}
	if r := &results[0]; len(r.Runs) != 0 || r.Ended != tooLong {
		t.Errorf("%d runs, ended with %q", len(r.Runs), r.Ended)
	}
}

func TestAnInterruptEndsTheBench(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	turns := quick(t, 1)
	if _, err := turns.run(ctx, []Command{{Name: "cat", Args: []string{"cat", "{}"}}}); err == nil {
		t.Error("it went on")
	}
}

// Every round runs every command once, and not always behind the same one.
func TestRoundsHaveTheirOwnOrder(t *testing.T) {
	different := false
	for round := range 5 {
		o := order(20, round)
		different = different || !slices.Equal(o, order(20, 0))
		slices.Sort(o)
		for i := range o {
			if o[i] != i {
				t.Fatalf("round %d runs %v", round, o)
			}
		}
	}
	if !different {
		t.Error("all rounds have one order")
	}
}

func TestCommandsAreNamedOnce(t *testing.T) {
	seen := make(map[string]bool)
	for _, c := range slices.Concat(peers(1), ours("pcappipe")) {
		if seen[c.Name] {
			t.Errorf("%s is there twice", c.Name)
		}
		seen[c.Name] = true
	}
	for _, name := range []string{cat, capinfos, tcpdump, nfpcapd, tcpflow, tsharkEK, tsharkFields,
		flows1, flows2, flowsTen, tcp1, tcp2, tcpTen, files2, frames1, frames2, fields2} {
		if !seen[name] {
			t.Errorf("a target rests on %s, which is not run", name)
		}
	}
}

func TestABeginningIsWhole(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.pcap"), filepath.Join(dir, "b.pcap")
	whole := capture.Pcap(capture.Traffic(1, 1000))
	if err := os.WriteFile(from, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, most := range []int64{24, 25, 100, 5000, int64(len(whole)) / 2} {
		frames, err := copyBeginning(to, from, most)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(to)
		if err != nil {
			t.Fatal(err)
		}
		s, err := pipeline.Run(t.Context(), pipeline.Config{Inputs: []string{to}})
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > most || s.Frames != frames || len(s.Damage) != 0 {
			t.Errorf("up to byte %d: %d bytes and %d frames, read are %d, damage %v", most, info.Size(), frames, s.Frames, s.Damage)
		}
	}
}
