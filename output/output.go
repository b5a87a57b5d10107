package output

import (
	"cmp"
	"fmt"
	"io"
	"os"

	"github.com/pcappipe/pcappipe/record"
)

// An Output is where a run's records go. All of its streams are written by one
// goroutine at a time; Encoder may be called by any.
type Output struct {
	sinks   []*sink
	streams map[string]int // by either name of a kind
	encoder map[string]func() Encoder
	made    string // a directory that was not there before
	err     error  // the first; nothing is written after it
	done    bool
}

// Open checks c and makes its places. A schema is needed for every kind of
// record asked for.
func Open(c Config, schemas ...*record.Schema) (*Output, error) {
	if err := c.Check(schemas...); err != nil {
		return nil, err
	}
	format, err := c.format()
	if err != nil {
		return nil, err
	}
	o := &Output{streams: make(map[string]int), encoder: make(map[string]func() Encoder)}
	if c.Raw {
		o.sinks = append(o.sinks, &sink{path: c.file(), encoder: raw{}})
	}
	for _, p := range c.places(format) {
		for _, k := range p.kinds {
			s := c.selectionOf(k, schemas)
			if s.schema == nil {
				return nil, fmt.Errorf("output: no schema for %s", k.emit)
			}
			fresh := func() Encoder { return formats[format].encoder(s) }
			o.encoder[k.emit], o.encoder[k.record] = fresh, fresh
			o.streams[k.emit], o.streams[k.record] = len(o.sinks), len(o.sinks)
		}
		o.sinks = append(o.sinks, &sink{path: p.path, encoder: o.encoder[p.kinds[0].emit]()})
	}
	if c.directory(format) {
		if err := o.mkdir(c.Path); err != nil {
			return nil, err
		}
	}
	for _, s := range o.sinks {
		if err := s.open(cmp.Or[io.Writer](c.Stdout, os.Stdout)); err != nil {
			o.Abort()
			return nil, err
		}
	}
	return o, nil
}

// mkdir makes the directory where there is none.
func (o *Output) mkdir(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	if err := os.MkdirAll(path, 0o777); err != nil {
		return err
	}
	o.made = path
	return nil
}

// Wants says whether records of this kind are asked for. Here and below a kind
// goes by either of its names: "frame", as the record has it, or "frames".
func (o *Output) Wants(kind string) bool {
	_, wanted := o.streams[kind]
	return wanted
}

// Encoder returns a new encoder for records of this kind, or nil where none
// are asked for.
func (o *Output) Encoder(kind string) Encoder {
	if fresh := o.encoder[kind]; fresh != nil {
		return fresh()
	}
	return nil
}

// Streams returns how many streams there are.
func (o *Output) Streams() int { return len(o.sinks) }

// Stream returns the stream of this kind, or -1 where none is asked for. Kinds
// that go to the same place share one.
func (o *Output) Stream(kind string) int {
	if i, wanted := o.streams[kind]; wanted {
		return i
	}
	return -1
}

// Write adds whole records to a stream. After the first error, which it then
// returns always, it writes nothing.
func (o *Output) Write(stream int, p []byte) error {
	if o.err == nil && len(p) > 0 {
		o.err = o.sinks[stream].write(p)
	}
	return o.err
}

// raw is the encoder of what is no records.
type raw struct{}

func (raw) Begin(dst []byte) []byte                 { return dst }
func (raw) Append(dst []byte, _ *record.Row) []byte { return dst }
func (raw) End(dst []byte) []byte                   { return dst }

// Commit ends every stream and puts complete files into their places. Where
// anything failed, now or before, no file is replaced.
func (o *Output) Commit() error {
	if o.done {
		return o.err
	}
	for _, s := range o.sinks {
		if o.err == nil {
			o.err = s.finish()
		}
	}
	for _, s := range o.sinks {
		if o.err == nil {
			o.err = s.place()
		}
	}
	if o.err != nil {
		o.Abort()
	}
	o.done = true
	return o.err
}

// Abort gives up what is not in its place and leaves nothing of it behind.
// After Commit it does nothing.
func (o *Output) Abort() error {
	if o.done {
		return nil
	}
	o.done = true
	var first error
	for _, s := range o.sinks {
		first = cmp.Or(first, s.abandon())
	}
	if o.made != "" {
		os.Remove(o.made) // only where it is empty
	}
	return first
}
