package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pcappipe/pcappipe/pipeline"
)

func TestProgressSaysHowFarAndHowFast(t *testing.T) {
	var p pipeline.Progress
	for _, row := range []struct {
		done, total int64
		frames      uint64
		after       time.Duration
		want        string
	}{
		{0, 1e9, 0, 0, "  0 %  0 B of 1.00 GB  0 frames  0 frames/s  0 B/s"},
		{25e7, 1e9, 500_000, time.Second, " 25 %  250 MB of 1.00 GB  500 k frames  500 k frames/s  250 MB/s  0:03 left"},
		{1e9, 1e9, 2e6, 4 * time.Second, "100 %  1.00 GB of 1.00 GB  2.00 M frames  500 k frames/s  250 MB/s"},
		{7e6, 0, 1000, 2 * time.Second, "7.00 MB  1.00 k frames  500 frames/s  3.50 MB/s"},
		{2e9, 1e9, 1, time.Second, "100 %  2.00 GB of 1.00 GB  1 frames  1 frames/s  2.00 GB/s"},
	} {
		p.Bytes.Store(row.done)
		p.Total.Store(row.total)
		p.Frames.Store(row.frames)
		got := progressLine(&p, row.after)
		if got != row.want {
			t.Errorf("got  %q\nwant %q", got, row.want)
		}
		if len(got) > 79 {
			t.Errorf("%q is wider than a terminal", got)
		}
	}
}

func TestProgressWithoutATerminalIsALineASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var stderr bytes.Buffer
		c := newCommand()
		c.progress = "always"
		stop := c.showProgress(newScreen(&stderr), io.Discard, new(pipeline.Progress))
		time.Sleep(3500 * time.Millisecond)
		stop()
		if n := strings.Count(stderr.String(), "\n"); n != 3 || strings.Contains(stderr.String(), "\x1b") {
			t.Errorf("%d lines after 3.5 s: %q", n, stderr.String())
		}
	})
}

func TestProgressIsNotShownWhereItIsNotWanted(t *testing.T) {
	for _, set := range []func(*command){
		func(c *command) {}, // auto, and no terminal
		func(c *command) { c.progress = "never" },
		func(c *command) { c.progress, c.quiet = "always", true },
	} {
		synctest.Test(t, func(t *testing.T) {
			var stderr bytes.Buffer
			c := newCommand()
			set(c)
			stop := c.showProgress(newScreen(&stderr), io.Discard, new(pipeline.Progress))
			time.Sleep(time.Minute)
			stop()
			if stderr.Len() > 0 {
				t.Errorf("progress %s shows %q", c.progress, stderr.String())
			}
		})
	}
}

func TestMessagesStayAboveTheProgress(t *testing.T) {
	var b bytes.Buffer
	s := newScreen(&b)
	s.Write([]byte("one\n"))
	s.show("50 %")
	s.Write([]byte("two\n"))
	s.show("")
	s.show("")
	s.Write([]byte("three\n"))
	want := "one\n" + eraseLine + "50 %" + eraseLine + "two\n50 %" + eraseLine + "three\n"
	if b.String() != want {
		t.Errorf("got  %q\nwant %q", b.String(), want)
	}
}
