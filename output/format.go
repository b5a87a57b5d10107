package output

import (
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

// A Format is a way to write records.
type Format string

const (
	JSONL        Format = "jsonl"        // one JSON object (RFC 8259) a line
	CSV          Format = "csv"          // RFC 4180, a header first
	CloudLogging Format = "cloudlogging" // JSON Lines with Google Cloud Logging's special fields
)

// An Encoder turns rows of one schema into what a format makes of them. It
// belongs to one goroutine, allocates nothing in the steady state, and relies
// on rows being filled as [record.Row.Check] says.
type Encoder interface {
	Begin(dst []byte) []byte                 // adds what comes before the first record of a place
	Append(dst []byte, r *record.Row) []byte // adds one record, complete
	End(dst []byte) []byte                   // adds what comes after the last
}

// A selection is what an encoder is made from.
type selection struct {
	schema *record.Schema
	fields []string // whole names of the fields to keep, in order; nil keeps all
	time   TimeForm

	project string // of Config.Project
	alone   bool   // no frames, streams or turns are written beside these records
}

// formats has what is particular to each format.
var formats = map[Format]struct {
	mixes     bool // records of several kinds can stand in one place
	encoder   func(selection) Encoder
	extension string // of files in a directory
}{
	JSONL:        {mixes: true, encoder: newJSONL, extension: "jsonl"},
	CSV:          {mixes: false, encoder: newCSV, extension: "csv"},
	CloudLogging: {mixes: true, encoder: newCloudLogging, extension: "jsonl"},
}

// extensions tell a format by a path's last part, in lower case.
var extensions = map[string]Format{
	".jsonl":  JSONL,
	".ndjson": JSONL,
	".csv":    CSV,
}

// refusedExtensions promise what JSON Lines under such a name would not keep.
var refusedExtensions = map[string]string{
	".json":    "a JSON document",
	".plist":   "a property list",
	".parquet": "Parquet",
	".pcap":    "pcap",
	".pcapng":  "pcapng",
	".gz":      "compressed output",
	".zst":     "compressed output",
	".lz4":     "compressed output",
	".xz":      "compressed output",
}

// Lines returns an encoder of JSON Lines for a place that is none of an Output's.
func Lines(schema *record.Schema, time TimeForm) Encoder {
	return formats[JSONL].encoder(selection{schema: schema, time: time})
}

// formatList returns the names of all formats, sorted.
func formatList() []string {
	var names []string
	for f := range formats {
		names = append(names, string(f))
	}
	slices.Sort(names)
	return names
}

func formatNames() string { return strings.Join(formatList(), ", ") }
