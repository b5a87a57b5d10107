// Package output writes records: it turns rows into lines and puts the lines
// where they belong. And it writes what streams carry: [Streams] into files,
// [Bodies] the content of HTTP messages into files, [Follow] as a conversation.
//
// [Open] makes the places, each worker takes its own [Encoder] for a kind of
// record and appends lines to its own buffers, and one goroutine hands these
// to [Output.Write] in the order of the input. An encoder keeps nothing of a
// row, and Write keeps nothing of a buffer. What is written to a regular file
// appears there only with [Output.Commit].
//
// Adding a format is one line in the table of formats and one encoder.
package output

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

// A TimeForm is a way to write a time.
type TimeForm uint8

const (
	Epoch TimeForm = iota // seconds since 1970, nine decimals
	ISO                   // RFC 3339, nine decimals, UTC
)

// A Config says which records are wanted, where they go and what they look
// like. Its zero value asks for nothing.
type Config struct {
	Kinds   []string // kinds of records by the names of --emit: "frames", "flows", "summary"
	Path    string   // "-" or "": Stdout; a file; or a directory, which gets one file for each kind
	Format  Format   // "": by Path's extension, else jsonl
	Fields  []string // whole names of the frame fields to keep, csv's columns in this order; none: all
	Time    TimeForm
	Stdout  io.Writer // default os.Stdout
	Raw     bool      // bytes that are no records go to Path, and no records: Kinds is empty
	Project string    // Google Cloud project that traces belong to, of CloudLogging; "": none is named
}

// A ConfigError says which part of a Config cannot be, and why.
type ConfigError struct {
	Part   string // "Kinds", "Path", "Format" or "Fields"
	Value  string
	Reason string // with what is allowed
}

func (e *ConfigError) Error() string {
	return fmt.Sprintf("%s %q: %s", strings.ToLower(e.Part), e.Value, e.Reason)
}

// A kind is one kind of record by its two names.
type kind struct {
	emit   string // what --emit and file names call it
	record string // what the record calls itself: record.Schema.Kind
}

var kinds = []kind{
	{"frames", "frame"},
	{"flows", "flow"},
	{"datagrams", "datagram"},
	{"streams", "stream"},
	{"turns", "turn"},
	{"exchanges", "exchange"},
	{"traces", "trace"},
	{"summary", "summary"},
}

// Kinds are the names of the kinds of records that can be asked for.
func Kinds() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.emit)
	}
	return names
}

// kindOf finds a kind by either of its names.
func kindOf(name string) (kind, bool) {
	i := slices.IndexFunc(kinds, func(k kind) bool { return k.emit == name || k.record == name })
	if i < 0 {
		return kind{}, false
	}
	return kinds[i], true
}

// Check says what is wrong with c, before anything is opened. Names of fields
// are looked up in the schema of frames where that is given.
func (c Config) Check(schemas ...*record.Schema) error {
	return cmp.Or(c.checkKinds(), c.checkFormat(), c.checkFields(schemas))
}

func (c Config) checkKinds() error {
	for i, name := range c.Kinds {
		if !slices.Contains(Kinds(), name) {
			reason := "is no kind of record; there are " + strings.Join(Kinds(), ", ") + didYouMean(near(name, Kinds()))
			return &ConfigError{"Kinds", name, reason}
		}
		if slices.Contains(c.Kinds[:i], name) {
			return &ConfigError{"Kinds", name, "is given twice"}
		}
	}
	return nil
}

func (c Config) checkFormat() error {
	f, err := c.format()
	if err != nil {
		return err
	}
	if formats[f].mixes || len(c.Kinds) < 2 || c.directory(f) {
		return nil
	}
	return &ConfigError{"Path", cmp.Or(c.Path, "-"),
		fmt.Sprintf("%s of several kinds (%s) needs a directory, one file for each", f, strings.Join(c.Kinds, ", "))}
}

// format returns the format asked for, or told by the path's extension.
func (c Config) format() (Format, error) {
	if c.Raw {
		return JSONL, nil // for what there is none of
	}
	if c.Format != "" {
		if _, known := formats[c.Format]; !known {
			reason := "is no format; there are " + formatNames() + didYouMean(near(string(c.Format), formatList()))
			return "", &ConfigError{"Format", string(c.Format), reason}
		}
		return c.Format, nil
	}
	ext := strings.ToLower(filepath.Ext(c.Path))
	if f, known := extensions[ext]; known {
		return f, nil
	}
	if what, refused := refusedExtensions[ext]; refused {
		return "", &ConfigError{"Path", c.Path, fmt.Sprintf("%s cannot be written; there are %s (name one to use this path all the same)", what, formatNames())}
	}
	return JSONL, nil
}

func (c Config) checkFields(schemas []*record.Schema) error {
	if len(c.Fields) == 0 {
		return nil
	}
	if !slices.Contains(c.Kinds, "frames") {
		return &ConfigError{"Fields", strings.Join(c.Fields, ","), "are fields of frames, which are not asked for"}
	}
	s := schemaOf("frame", schemas)
	for i, name := range c.Fields {
		if slices.Contains(c.Fields[:i], name) {
			return &ConfigError{"Fields", name, "is given twice"}
		}
		if s != nil && len(s.Find(name)) == 0 {
			return &ConfigError{"Fields", name, "is no field of frames" + didYouMean(near(name, s.Names()))}
		}
	}
	return nil
}

func schemaOf(kind string, schemas []*record.Schema) *record.Schema {
	for _, s := range schemas {
		if s.Kind == kind {
			return s
		}
	}
	return nil
}
