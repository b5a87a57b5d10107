package capfile

import (
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"

	"github.com/pcappipe/pcappipe/frame"
)

// A format says how a file is to be sliced.
type format struct {
	classic *classic // nil for pcapng
}

// A place is where a record begins in a file, and what is in force there.
type place struct {
	offset  int64
	section *section // pcapng; nil before its first block
}

func (p place) equal(q place) bool { return p.offset == q.offset && p.section.equal(q.section) }

// An input is one file or pipe.
type input struct {
	file   frame.File
	format format
	size   int64   // on disk, when it was opened
	plain  bool    // a regular file that is not compressed: it can be cut
	broken *fault  // damage in the file's header: there is nothing to read
	pipe   *stream // what can be read only once is open from the beginning; else nil

	looked bool  // the first frames were looked at
	timed  bool  // one of them has a time
	first  int64 // which

	spares     *spares                 // of all inputs
	known      atomic.Pointer[section] // the section in force at the last place verified
	dead       atomic.Bool             // damage was verified: what is left of the file is not read
	misses     atomic.Int32            // chunks in a row that were guessed wrong
	handles    handles
	interfaces interfaces
}

// openInput looks at a regular file, which is open only for so long.
func openInput(path string, probe *Piece, w *spares) (*input, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	in := &input{size: info.Size(), spares: w}
	in.file.Path = path
	s := &stream{raw: counted{r: f}, spares: w}
	defer s.close()
	if err := in.recognise(s); err != nil {
		return nil, err
	}
	in.plain = s.compression == nil
	in.look(s, probe, 4<<10)
	return in, nil
}

// pipeInput begins to read what can be read only once: standard input, a FIFO.
func pipeInput(path string, from io.Reader, closer io.Closer, w *spares) (*input, error) {
	in := &input{spares: w}
	in.file.Path = path
	in.pipe = &stream{raw: counted{r: from}, closer: closer, spares: w}
	if err := in.recognise(in.pipe); err != nil {
		in.pipe.close()
		return nil, err
	}
	return in, nil
}

// recognise finds out by its content what a stream is.
func (in *input) recognise(s *stream) error {
	if err := s.decompress(); err != nil {
		return err
	}
	head, err := s.peek(pcapHeader) // no more: a pipe may have no packet for a long time
	suffix := ""
	if s.compression != nil {
		suffix = "." + s.compression.suffix
	}
	switch kind := magicOf(head); {
	case kind == "pcap":
		in.file.Format = "pcap" + suffix
		in.classicHeader(s, head)
	case kind == "pcapng":
		in.file.Format = "pcapng" + suffix
		in.file.Interfaces = true
	case err != nil && err != io.EOF:
		return s.unreadable(err)
	case s.compression != nil && len(head) == 0:
		return fmt.Errorf("%w: is %s of nothing", errNoCapture, s.what())
	case s.compression != nil:
		return fmt.Errorf("%w: is %s of something that is no capture", errNoCapture, s.what())
	default:
		more, _ := s.peek(headSize)
		return looks(more)
	}
	if in.broken != nil && in.broken.err != ErrTruncated {
		return fmt.Errorf("%s: %s: %w", in.file.Format, in.broken.field, in.broken.err)
	}
	return nil
}

// magicOf says which capture format begins so.
func magicOf(b []byte) string {
	if len(b) < 4 {
		return ""
	}
	little := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
	big := uint32(b[3]) | uint32(b[2])<<8 | uint32(b[1])<<16 | uint32(b[0])<<24
	switch {
	case little == blockSection:
		if len(b) >= 12 && string(b[8:12]) != "\x4d\x3c\x2b\x1a" && string(b[8:12]) != "\x1a\x2b\x3c\x4d" {
			return ""
		}
		return "pcapng"
	case pcapMagic(little), pcapMagic(big):
		return "pcap"
	}
	return ""
}

// classicHeader reads a pcap file's header, or notes what is wrong with it.
func (in *input) classicHeader(s *stream, head []byte) {
	field, err := "file header", ErrTruncated
	if len(head) == pcapHeader {
		in.format.classic, field, err = parsePcap(head)
	}
	if c := in.format.classic; err == nil && c.start > pcapHeader {
		if head, _ = s.peek(c.start); len(head) < c.start {
			field, err = "file header", ErrTruncated
		}
	}
	if err != nil {
		in.broken = &fault{field: field, err: err}
	}
}

// start returns where the first record begins.
func (in *input) start() place {
	if c := in.format.classic; c != nil {
		return place{offset: int64(c.start)}
	}
	return place{}
}

// look finds the time of a stream's first frame, and what is in force there. It
// reads no more than it needs (a pipe may be slow), but at least as much as one
// read of a file costs little. Beyond a megabyte it goes on only to the first
// frame, over blocks that have none. The probe is used, and may be used again.
func (in *input) look(s *stream, probe *Piece, least int) {
	in.looked = true
	if in.broken != nil {
		return
	}
	probe.reset()
	at, sec := int(in.start().offset), (*section)(nil)
	for need := max(at+1, least); ; {
		_, err := s.peek(need)
		head, ended := s.head, err != nil
		if c := in.format.classic; c != nil && !c.decide(head[min(at, len(head)):], ended) {
			need = len(head) + 1
			continue
		}
		probe.Bytes = head
		var h halt
		h, sec = in.format.slice(probe, at, len(head), sec)
		probe.Bytes = nil
		probe.notes = probe.notes[:0] // they are noted when the input is read
		in.known.Store(sec)
		at = h.at + h.pass
		need = at + max(h.need, 1)
		if in.dated(probe) || ended || h.err != nil && h.pass == 0 || !probe.looksOn(len(head), need) {
			return
		}
	}
}

// dated notes the first time that the probe has.
func (in *input) dated(probe *Piece) bool {
	i := slices.IndexFunc(probe.Frames, func(f frame.Frame) bool { return f.Flags&frame.Timeless == 0 })
	if i >= 0 {
		in.timed, in.first = true, probe.Frames[i].Nanos
	}
	return i >= 0
}

// looksOn says whether so many bytes are to be looked at where these have shown no time.
func (p *Piece) looksOn(have, need int) bool {
	const most, frameless = 1 << 20, largest + 1<<20
	return have < most && need <= most || len(p.Frames) == 0 && need <= frameless
}

// slice finds the records that begin in p.Bytes[at:stop].
func (f *format) slice(p *Piece, at, stop int, sec *section) (halt, *section) {
	if f.classic != nil {
		return f.classic.slice(p, at, stop), nil
	}
	return slicePcapng(p, at, stop, sec)
}
