// Pcappipe reads packet captures and writes what is in them: a summary to read,
// or a record for each frame and flow.
//
// This package is what a user meets: the command line, what is said where, and
// the exit status. All work is done by package pipeline. run does everything
// that the program does and can be called in a test; main gives it the
// process's files and signals.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/pcappipe/pcappipe/pipeline"
	"go.uber.org/zap"
)

func main() {
	ctx := untilSignal(context.Background())
	os.Exit(int(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)))
}

// run is the program. Cancelling ctx interrupts it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) status {
	c := newCommand()
	if err := c.parse(args); err != nil {
		fmt.Fprintf(stderr, "pcappipe: %v\npcappipe: try pcappipe --help\n", err)
		return misused
	}
	var text bytes.Buffer
	switch {
	case c.help:
		c.printHelp(&text)
	case c.version:
		printVersion(&text)
	default:
		return c.run(ctx, stdin, stdout, newScreen(stderr))
	}
	if _, err := stdout.Write(text.Bytes()); err != nil {
		fmt.Fprintf(stderr, "pcappipe: %v\n", err)
		return outputFailed
	}
	return success
}

// run reads the inputs, writes the records, and says what was done.
func (c *command) run(ctx context.Context, stdin io.Reader, stdout io.Writer, stderr *screen) status {
	log := newLogger(stderr, c.logFormat, c.level())
	c.limitMemory()
	config := c.config
	config.Log = log
	config.Stdin = stdin
	config.Output.Stdout = stdout
	config.Progress = new(pipeline.Progress)

	began := time.Now()
	stop := c.showProgress(stderr, stdout, config.Progress)
	sum, err := pipeline.Run(ctx, config)
	stop()
	took := time.Since(began)

	result := statusOf(&sum, err)
	for _, e := range failures(&sum, err) {
		log.Error(e.Error())
	}
	if err != nil && len(sum.Inputs) == 0 {
		return result // there is nothing to sum up
	}
	if _, failed := errors.AsType[*pipeline.OutputError](err); failed {
		sum.Records = nil // they were made, but who knows where they are
	}
	if !c.quiet {
		if err := c.writeSummary(&sum, stdout, stderr); err != nil {
			log.Error("summary: " + err.Error())
			result = result.or(outputFailed)
		}
	}
	log.Info("done", rates(&sum, took)...)
	return result
}

// failures are what went wrong and has not been told: damage was told when it
// was met, and so were inputs that could not be read while others could.
func failures(sum *pipeline.Summary, err error) []error {
	list := separate(err)
	if !sum.Ledger.Balances() {
		list = append(list, errUnbalanced)
	}
	return list
}

var errUnbalanced = errors.New("the ledger does not balance: a fault in pcappipe")

// writeSummary puts the summary on standard output when nothing else goes there.
func (c *command) writeSummary(sum *pipeline.Summary, stdout, stderr io.Writer) error {
	to := stdout
	if c.writesToStdout() {
		to = stderr
	}
	_, err := io.WriteString(to, summaryText(sum))
	return err
}

// rates says how much was read and how fast.
func rates(sum *pipeline.Summary, took time.Duration) []zap.Field {
	s := max(took.Seconds(), 1e-9)
	return []zap.Field{
		zap.Uint64("frames", sum.Frames),
		zap.Uint64("bytes", sum.Bytes),
		zap.String("took", took.Round(time.Millisecond/10).String()),
		zap.String("rate", scaled(float64(sum.Frames)/s, "frames/s")),
		zap.String("throughput", scaled(float64(sum.Bytes)/s, "B/s")),
	}
}
