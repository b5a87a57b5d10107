package output

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWhatCannotBeIsRefusedWithAReason(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	frames, both := []string{"frames"}, []string{"frames", "flows"}
	for _, c := range []struct {
		name string
		c    Config
		want string
	}{
		{"a kind by its record's name", Config{Kinds: []string{"frame"}}, `kinds "frame": is no kind of record; there are frames, flows, datagrams, streams, turns, exchanges, traces, summary; did you mean frames?`},
		{"a kind that is none", Config{Kinds: []string{"packets"}}, `kinds "packets": is no kind of record; there are frames, flows, datagrams, streams, turns, exchanges, traces, summary`},
		{"a kind twice", Config{Kinds: []string{"flows", "flows"}}, `kinds "flows": is given twice`},
		{"a format of later", Config{Kinds: frames, Format: "parquet"}, `format "parquet": is no format; there are cloudlogging, csv, jsonl`},
		{"a format nearly", Config{Kinds: frames, Format: "json"}, `format "json": is no format; there are cloudlogging, csv, jsonl; did you mean jsonl?`},
		{"an extension of later", Config{Kinds: frames, Path: "out.parquet"}, `path "out.parquet": Parquet cannot be written; there are cloudlogging, csv, jsonl (name one to use this path all the same)`},
		{"compression", Config{Kinds: frames, Path: "out.jsonl.gz"}, `path "out.jsonl.gz": compressed output cannot be written; there are cloudlogging, csv, jsonl (name one to use this path all the same)`},
		{"csv of two on stdout", Config{Kinds: both, Format: CSV}, `path "-": csv of several kinds (frames, flows) needs a directory, one file for each`},
		{"csv of two in a file", Config{Kinds: both, Format: CSV, Path: file}, `path "` + file + `": csv of several kinds (frames, flows) needs a directory, one file for each`},
		{"csv of two by extension", Config{Kinds: both, Path: "out.csv"}, `path "out.csv": csv of several kinds (frames, flows) needs a directory, one file for each`},
		{"fields without frames", Config{Kinds: []string{"flows"}, Fields: []string{"ip.src"}}, `fields "ip.src": are fields of frames, which are not asked for`},
		{"a field twice", Config{Kinds: frames, Fields: []string{"ip.src", "ip.src"}}, `fields "ip.src": is given twice`},
		{"a field misspelt", Config{Kinds: frames, Fields: []string{"tcp.scrport"}}, `fields "tcp.scrport": is no field of frames; did you mean tcp.srcport?`},
		{"a field generated", Config{Kinds: frames, Fields: []string{"tcp.port"}}, `fields "tcp.port": is no field of frames; did you mean tcp.srcport or tcp.dstport?`},
		{"a field in capitals", Config{Kinds: frames, Fields: []string{"IP.SRC"}}, `fields "IP.SRC": is no field of frames; did you mean ip.src or ipv6.src?`},
		{"a field unknown", Config{Kinds: frames, Fields: []string{"http.request.method"}}, `fields "http.request.method": is no field of frames`},
		{"no field", Config{Kinds: frames, Fields: []string{""}}, `fields "": is no field of frames`},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.c.Check(schemas()...)
			var e *ConfigError
			if !errors.As(err, &e) || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if _, opened := Open(c.c, schemas()...); opened == nil || opened.Error() != c.want {
				t.Errorf("Open says %v", opened)
			}
		})
	}
}

func TestWhatCanBeIsNotRefused(t *testing.T) {
	both := []string{"frames", "flows"}
	for _, c := range []Config{
		{},
		{Kinds: both},
		{Kinds: both, Format: CSV, Path: t.TempDir()},
		{Kinds: both, Format: CSV, Path: "new.csv/"},
		{Kinds: both, Format: JSONL, Path: "out.json"},
		{Kinds: both, Fields: []string{"ip.src", "fault.reason"}},
	} {
		if err := c.Check(schemas()...); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if err := (Config{Kinds: both, Fields: []string{"any"}}).Check(); err != nil {
		t.Errorf("without a schema fields cannot be looked up, but: %v", err)
	}
}

func TestASchemaIsNeededForEveryKind(t *testing.T) {
	if _, err := Open(Config{Kinds: []string{"summary"}}, flowSchema); err == nil {
		t.Error("there is none for the summary")
	}
}
