package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/pcappipe/pcappipe/capfile"
)

// A Capture is what was read.
type Capture struct {
	Made      string `json:"made,omitempty"` // how
	FileBytes int64  `json:"file_bytes"`
	Frames    uint64 `json:"frames"`
	Bytes     uint64 `json:"bytes"` // captured
	Flows     uint64 `json:"flows"`
}

// openAtOnce is how many of the real captures overlap in the one that is made.
const openAtOnce = 200

// makeCapture returns the path of the capture to read and how it was made. One
// that is in the cache is as good as a new one: it depends on its inputs alone.
func makeCapture(ctx context.Context, c Config) (path, how string, err error) {
	size, open := strconv.Itoa(c.MiB), strconv.Itoa(openAtOnce)
	how = "amplify -mib " + size + " -open " + open
	path, err = filepath.Abs(filepath.Join(c.Cache, "big-"+size+".pcap"))
	if err != nil {
		return "", "", err
	}
	if _, err := os.Stat(path); err == nil {
		return path, how, nil
	}
	for _, dir := range []string{c.Amplify, c.Corpus} {
		if _, err := os.Stat(dir); err != nil {
			return "", "", fmt.Errorf("no capture can be made: %w; name one that there is", err)
		}
	}
	corpus, err := filepath.Abs(c.Corpus)
	if err != nil {
		return "", "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return "", "", err
	}
	c.logf("making %s", path)
	part := path + ".part"
	amplify := exec.CommandContext(ctx, "go", "run", ".", "-out", part, "-mib", size, "-open", open, corpus)
	amplify.Dir, amplify.Stdout, amplify.Stderr = c.Amplify, c.Log, c.Log
	if err := amplify.Run(); err != nil {
		os.Remove(part)
		return "", "", fmt.Errorf("making a capture: %w", err)
	}
	return path, how, os.Rename(part, path)
}

// learn asks pcappipe itself what is in the capture.
func (k *Capture) learn(ctx context.Context, c Config) error {
	info, err := os.Stat(c.Capture)
	if err != nil {
		return err
	}
	k.FileBytes = info.Size()
	said, err := exec.CommandContext(ctx, c.Program, "-q", "-f", "jsonl", c.Capture).Output()
	if exit, failed := errors.AsType[*exec.ExitError](err); err != nil && (!failed || !(&Command{Side: Ours}).damageOnly(exit)) {
		return fmt.Errorf("reading %s once: %w", c.Capture, err)
	}
	var summary struct {
		Frames, Bytes uint64
		Flows         struct{ Total uint64 }
	}
	if err := json.Unmarshal(said, &summary); err != nil {
		return fmt.Errorf("the summary of %s: %w", c.Capture, err)
	}
	k.Frames, k.Bytes, k.Flows = summary.Frames, summary.Bytes, summary.Flows.Total
	if k.Frames == 0 {
		return fmt.Errorf("%s has no frames", c.Capture)
	}
	return nil
}

// copyBeginning writes the first records of a plain capture that fit into so many
// bytes, whole, and returns how many they are.
func copyBeginning(to, from string, most int64) (frames uint64, err error) {
	end, frames, err := lastRecordBefore(from, most)
	if err != nil {
		return 0, err
	}
	in, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	_, err = io.CopyN(out, in, end)
	return frames, errors.Join(err, out.Close())
}

// lastRecordBefore returns where the last record begins that begins no later than
// a place in the file, and how many are before it.
func lastRecordBefore(path string, place int64) (end int64, frames uint64, err error) {
	s, err := capfile.Open(capfile.Config{Inputs: []string{path}})
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	var p capfile.Piece
	for s.Take(&p) {
		s.Read(&p)
		s.Verify(&p)
		for i := range p.Frames {
			at := p.Offset(i)
			if at > place {
				return end, frames - 1, nil
			}
			end = at
			frames++
		}
	}
	return 0, 0, fmt.Errorf("%s has no record behind byte %d", path, place)
}
