package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Spent is what one run of a command took.
type Spent struct {
	Wall Seconds `json:"wall"`
	CPU  Seconds `json:"cpu"` // user and system, all threads
	RSS  int64   `json:"rss"` // peak, bytes
}

// A Result has what a command took in each of its rounds.
type Result struct {
	Command
	Runs   []Spent `json:"runs,omitempty"`
	Starts []Spent `json:"starts,omitempty"` // reading one frame, where only a part is read
	Ended  string  `json:"ended,omitempty"`  // how, if it did not end well
}

// Sound says that the command ran, and ended as it should.
func (r *Result) Sound() bool { return len(r.Runs) > 0 && r.Ended == "" }

// Wall returns the median time in which a capture of so many frames is read once.
func (r *Result) Wall(frames uint64) Seconds { return Median(r.scaled(frames, wall)) }

// CPU returns the median processor time, likewise.
func (r *Result) CPU(frames uint64) Seconds { return Median(r.scaled(frames, cpu)) }

func wall(s *Spent) Seconds { return s.Wall }
func cpu(s *Spent) Seconds  { return s.CPU }

// scaled returns, of each round, what reading a capture of so many frames once
// took. Of what reads only a part, the time to start is not scaled.
func (r *Result) scaled(frames uint64, figure func(*Spent) Seconds) []Seconds {
	list := each(r.Runs, figure)
	start := Median(each(r.Starts, figure))
	for i, all := range list {
		if r.Frames == 0 || r.Frames >= frames {
			list[i] = all / Seconds(max(1, r.Times))
			continue
		}
		begun := min(all, start)
		list[i] = begun + (all-begun)*Seconds(frames)/Seconds(r.Frames)
	}
	return list
}

// RSS returns the median peak of resident memory, in bytes.
func (r *Result) RSS() int64 { return Median(each(r.Runs, func(s *Spent) int64 { return s.RSS })) }

// turns runs commands round after round.
type turns struct {
	rounds  int
	limit   time.Duration // of one command
	capture string
	out     string // made before each command, removed after it
	logf    func(format string, args ...any)
}

// run runs every command once a round. A command that fails is told of and not
// run again; an error is that of the bench.
func (t *turns) run(ctx context.Context, commands []Command) ([]Result, error) {
	results := make([]Result, len(commands))
	for i := range commands {
		results[i].Command = commands[i]
	}
	for round := range t.rounds {
		for _, i := range order(len(results), round) {
			r := &results[i]
			if r.Absent != "" || r.Ended != "" && len(r.Runs) == 0 || r.Rounds > 0 && round >= r.Rounds {
				continue
			}
			if err := t.once(ctx, r); err != nil {
				return nil, err
			}
			if r.Ended == "" || len(r.Runs) > 0 {
				t.logf("%d/%d  %-42s %8.3f s", round+1, t.rounds, r.Name, r.Runs[len(r.Runs)-1].Wall)
			} else {
				t.logf("%d/%d  %-42s %s", round+1, t.rounds, r.Name, r.Ended)
			}
		}
	}
	return results, nil
}

// order returns a round's own order, so that nobody always runs behind the same neighbour.
func order(n, round int) []int { return rand.New(rand.NewPCG(1, uint64(round))).Perm(n) }

// once runs a command once, and where it reads only a part, its start too.
func (t *turns) once(ctx context.Context, r *Result) error {
	if r.Frames > 0 {
		start, _, err := t.measure(ctx, &r.Command, 1)
		if err != nil {
			return err
		}
		r.Starts = append(r.Starts, start)
	}
	spent, ended, err := t.measure(ctx, &r.Command, r.Frames)
	if err != nil {
		return err
	}
	if r.Ended = ended; ended != tooLong && ended != notStarted {
		r.Runs = append(r.Runs, spent)
	}
	return nil
}

const (
	tooLong    = "did not end in time"
	notStarted = "could not be started"
)

// measure runs a command once and returns what it took, and how it ended if not well.
func (t *turns) measure(ctx context.Context, c *Command, frames uint64) (s Spent, ended string, err error) {
	if err := os.MkdirAll(t.out, 0o777); err != nil {
		return s, "", err
	}
	defer os.RemoveAll(t.out)
	limited, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	line := c.line(t.capture, t.out, frames)
	cmd := exec.CommandContext(limited, line[0], line[1:]...)
	if c.Stdin {
		file, err := os.Open(t.capture)
		if err != nil {
			return s, "", err
		}
		defer file.Close()
		cmd.Stdin = file
	}
	begin := time.Now()
	err = cmd.Run() // what it prints goes nowhere
	wall := time.Since(begin)
	if ctx.Err() != nil {
		return s, "", ctx.Err()
	}
	if limited.Err() != nil {
		return s, tooLong, nil
	}
	if cmd.ProcessState == nil {
		return s, notStarted, nil
	}
	if exit, failed := errors.AsType[*exec.ExitError](err); failed && !c.damageOnly(exit) {
		ended = exit.String()
	}
	s = Spent{Wall: seconds(wall), CPU: seconds(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime())}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.RSS = usage.Maxrss * 1024
	}
	return s, ended, nil
}

// damageOnly says that pcappipe's status only tells of damage in the capture,
// which was read all the same.
func (c *Command) damageOnly(exit *exec.ExitError) bool {
	const damaged = 2
	return c.Side == Ours && exit.ExitCode() == damaged
}

// floor returns the peak memory of a command that does nothing: a process that
// is started counts what the one that started it had.
func (t *turns) floor(ctx context.Context) (int64, error) {
	s, ended, err := t.measure(ctx, &Command{Args: []string{"true"}}, 0)
	if err == nil && ended != "" {
		err = fmt.Errorf("true: %s", ended)
	}
	return s.RSS, err
}
