//go:build corpus

package output

import (
	"bytes"
	"cmp"
	stdcsv "encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pcappipe/pcappipe/capfile"
	"github.com/pcappipe/pcappipe/decoder"
	"github.com/pcappipe/pcappipe/decoder/fields"
	"github.com/pcappipe/pcappipe/record"
)

// TestFramesOfTheCorpus writes every frame of the captures under
// PCAPPIPE_CORPUS and reads it back, as the laws do with random rows.
func TestFramesOfTheCorpus(t *testing.T) {
	var (
		d      = decoder.New(decoder.Config{Layers: true})
		found  decoder.Result
		row    record.Row
		chosen = selection{schema: fields.Schema, fields: []string{"tcp.dstport", "ip.src", "frame.number", "pcappipe.protocols", "vlan.id"}, time: ISO}
		all    = selection{schema: fields.Schema}
		lines  []byte
		frames int
	)
	encoders := map[string]Encoder{"jsonl": newJSONL(all), "jsonl chosen": newJSONL(chosen), "csv": newCSV(all), "csv chosen": newCSV(chosen)}
	for c, err := range capfile.Frames(files(t, cmp.Or(os.Getenv("PCAPPIPE_CORPUS"), "../../shared/corpus"))...) {
		if err != nil {
			continue // damage is the reader's, and is tested there
		}
		d.Reset(&found)
		d.Decode(&c.Frame, c.Data, 0, &found)
		p := &found.Packets[0]
		context := fields.Context{File: c.File.Path, Offset: c.Offset, Number: c.Number, HasInterface: c.File.Interfaces, Flows: []uint64{1, 2}, Payload: frames%2 == 0}
		if p.Stack < uint32(len(found.Stacks)) {
			context.Protocols = found.Stacks[p.Stack].Path
		}
		fields.Append(&row, &c.Frame, c.Data, p, found.Of(p), &context)
		if err := row.Check(); err != nil {
			t.Fatalf("frame %d of %s: %v", c.Number, c.File.Path, err)
		}
		for name, s := range map[string]selection{"jsonl": all, "jsonl chosen": chosen} {
			lines = encoders[name].Append(lines[:0], &row)
			got, err := parseJSON(lines)
			if err != nil || !reflect.DeepEqual(got, expectJSON(&row, s)) {
				t.Fatalf("frame %d of %s: %s: %v", c.Number, c.File.Path, lines, err)
			}
		}
		if frames++; frames%4 > 0 {
			continue // csv has a thousand columns to read back
		}
		for name, s := range map[string]selection{"csv": all, "csv chosen": chosen} {
			lines = encoders[name].Append(lines[:0], &row)
			got, err := stdcsv.NewReader(bytes.NewReader(lines)).Read()
			if err != nil || !reflect.DeepEqual(got, expectCSV(&row, s)) {
				t.Fatalf("frame %d of %s: %s: %v", c.Number, c.File.Path, lines, err)
			}
		}
	}
	if frames == 0 {
		t.Fatal("there are no captures")
	}
	t.Logf("%d frames", frames)
}

// files returns all files under a directory.
func files(t *testing.T, dir string) (paths []string) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
