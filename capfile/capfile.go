// Package capfile turns any capture input into batches of frames: pcap and
// pcapng, plain or compressed, files, directories, globs and pipes.
//
// The one rule: a [Piece] goes through [Source.Take], [Source.Read] and
// [Source.Verify], in this order. Take and Verify are each called by one
// goroutine at a time, with the pieces in the same order; Read may be called
// by many at once. Only after Verify are a piece's frames the truth.
//
// A plain file is cut at fixed offsets, and Take hands out nothing but the
// number of a chunk. Read guesses where in its chunk the first record begins;
// Verify knows, because it has seen where the chunk before ended, and where the
// guess was wrong it slices the chunk again. A record belongs to the chunk in
// which it begins. What cannot be cut (a pipe, gzip) is read and sliced by
// Take, from the blocks that a goroutine of the input reads ahead; that
// goroutine ends with its input, or with [Source.Close].
//
// A file that is cut short or damaged gives every frame before the damage and
// one [FormatError]; then reading goes on with the next input. Nothing is
// allocated because a length in a file says so: buffers grow by what was read.
// A frame of more than 16 MiB is left out, with a FormatError of its own, and
// what is around it is read; so is, unseen, a block without frames.
package capfile

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/frame"
)

// A Config says what to read. Its zero value, with Inputs, is the default.
type Config struct {
	Inputs    []string  // files, directories, globs, "-"; one capture, in this order
	Stdin     io.Reader // what "-" reads; default os.Stdin
	BatchSize int       // bytes of input in a piece, up to 8 MiB; default 384 KiB
	Serial    bool      // read plain files as streams too, never cut by offset
}

// DefaultBatchSize is a piece's share of the input: smaller pieces pay for
// being posted, larger ones for cache misses.
const DefaultBatchSize = 384 << 10

// A Source reads a capture that lies in one or more inputs.
type Source struct {
	batch   int
	serial  bool
	inputs  []*input
	errors  []error
	skipped int
	quit    chan struct{}
	stop    sync.Once

	taking    taking
	verifying verifying
	spares    spares
	closed    atomic.Bool
}

// Open resolves the inputs and looks at the beginning of each, so that it is
// known what they are. Inputs that cannot be read are in Errors; the error
// returned says that none can be.
func Open(c Config) (*Source, error) {
	if len(c.Inputs) == 0 {
		return nil, errors.New("no input given")
	}
	if c.BatchSize < 0 || c.BatchSize > largest/2 {
		return nil, errors.New("batch size is out of range")
	}
	if c.BatchSize == 0 {
		c.BatchSize = DefaultBatchSize
	}
	if c.Stdin == nil {
		c.Stdin = os.Stdin
	}
	s := &Source{batch: c.BatchSize, serial: c.Serial, quit: make(chan struct{})}
	r := resolver{stdin: c.Stdin, spares: &s.spares}
	r.resolve(c.Inputs)
	s.inputs, s.errors, s.skipped = r.inputs, r.errors, r.skipped
	for i, in := range s.inputs {
		in.file.Index = i
	}
	if len(s.inputs) == 0 {
		return nil, errors.Join(s.errors...)
	}
	return s, nil
}

// Errors returns why inputs could not be opened, in input order: *[InputError]s.
func (s *Source) Errors() []error { return s.errors }

// Skipped returns how many files in directories are no captures.
func (s *Source) Skipped() int { return s.skipped }

// Files returns the inputs in the order in which they are read.
func (s *Source) Files() []*frame.File {
	files := make([]*frame.File, len(s.inputs))
	for i, in := range s.inputs {
		files[i] = &in.file
	}
	return files
}

// Size returns how many bytes all inputs have on disk; 0 when one is a pipe.
func (s *Source) Size() (total int64) {
	for _, in := range s.inputs {
		if in.pipe != nil {
			return 0
		}
		total += in.size
	}
	return total
}

// FirstTime returns the time of the first frame that has one. It consumes
// nothing, and is to be called before the first Take. Of a pipe it waits for
// the first frame; where no frame comes before, it looks no further than 17 MiB,
// else than a megabyte.
func (s *Source) FirstTime() (nanos int64, ok bool) {
	for _, in := range s.inputs {
		if in.pipe != nil && !in.looked {
			in.look(in.pipe, new(Piece), 0)
		}
		if in.timed {
			return in.first, true
		}
	}
	return 0, false
}

// Interfaces returns what a pcapng file says of its interfaces, as far as
// it has been verified. It must not be called at the same time as Verify.
func (s *Source) Interfaces(f *frame.File) []Interface {
	return s.inputs[f.Index].interfaces.list
}

// Stop ends the input: Take returns false from now on, and one that waits for
// a pipe does so at once. It may be called at any time, from any goroutine.
func (s *Source) Stop() { s.stop.Do(func() { close(s.quit) }) }

// Close stops reading and gives files and goroutines back. No Take, Read or
// Verify may be running or follow. A goroutine that waits for standard input
// ends with the next bytes that arrive there: nothing else can wake it.
func (s *Source) Close() error {
	s.Stop()
	if s.closed.Swap(true) {
		return nil
	}
	s.taking.end()
	for _, in := range s.inputs {
		if in.pipe != nil {
			in.pipe.close()
		}
		in.handles.closeAll()
	}
	s.spares.drop()
	return nil
}
