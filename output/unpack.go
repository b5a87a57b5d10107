package output

import (
	"bufio"
	"bytes"
	"cmp"
	"io"
	"slices"
)

// spares are decoders that nobody uses just now. To use one again takes two thirds of the
// time for a small body, or half, and saves 30 to 70 KB.
type spares map[*coding]unwrapper

func (s spares) take(c *coding) unwrapper {
	if d, there := s[c]; there {
		delete(s, c)
		return d
	}
	return c.open()
}

// An unpacker decodes one body at a time, from memory or from its file. Its pen writes
// what is left as it was sent.
type unpacker struct {
	*pen
	spares
	windows   spares // of decoders with windows, while one is needed
	held      bytes.Reader
	read      counter
	from      *bufio.Reader
	wrappings []*wrapping // the coding that was applied last comes first
	out       []byte      // what is decoded, until it is written
}

func newUnpacker(dir string, size int) *unpacker {
	return &unpacker{pen: newPen(dir, size), spares: make(spares), from: bufio.NewReaderSize(nil, 64<<10)}
}

// A counter counts what is read through it.
type counter struct {
	from io.Reader
	n    uint64
	err  error // but no end
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += uint64(n)
	if err != io.EOF {
		c.err = cmp.Or(c.err, err)
	}
	return n, err
}

// decode decodes what source gives, size bytes, into a file, which is there only if
// anything is decoded. It says how much was, and what it was doing when it failed.
func (u *unpacker) decode(source io.Reader, size uint64, list []*coding, path string) (decoded uint64, op string, err error) {
	top := u.stack(source, size, list)
	if u.out == nil {
		u.out = make([]byte, u.size)
	}
	var d descriptor
	for {
		n, end := io.ReadFull(top, u.out)
		if n > 0 && decoded == 0 {
			if d, err = openDescriptor(path); err != nil {
				return 0, "create", err
			}
			defer func() {
				if e := d.close(); err == nil && e != nil {
					op, err = "close", e
				}
			}()
		}
		if n > 0 {
			if err = d.writeAt(u.out[:n], int64(decoded)); err != nil {
				return decoded, "write", err
			}
			decoded += uint64(n)
		}
		if end != nil {
			return decoded, "read", u.read.err
		}
	}
}

// stack begins to take off each coding of what source gives, and returns the last.
func (u *unpacker) stack(source io.Reader, size uint64, list []*coding) *wrapping {
	u.read = counter{from: source}
	u.from.Reset(&u.read)
	from := u.from
	for i, c := range slices.Backward(list) {
		d := u.sparesFor(c).take(c)
		u.wrappings = append(u.wrappings, newWrapping(c, d, from, mostDecoded(size)))
		if i > 0 {
			from = bufio.NewReader(u.wrappings[len(u.wrappings)-1])
		}
	}
	return u.wrappings[len(u.wrappings)-1]
}

// unstack keeps the decoders for others.
func (u *unpacker) unstack() {
	for _, w := range u.wrappings {
		u.sparesFor(w.coding)[w.coding] = w.decoder
	}
	clear(u.wrappings)
	u.wrappings = u.wrappings[:0]
}

func (u *unpacker) sparesFor(c *coding) spares {
	if c.window {
		return u.windows
	}
	return u.spares
}

// ended says what ended the decoding, if it was not the end of the body. Of
// several codings the one that is taken off first is to blame.
func (u *unpacker) ended(f *BodyFile, whole bool) string {
	for _, w := range u.wrappings {
		if w.err == io.EOF && f.broken {
			w.err = io.ErrUnexpectedEOF // it goes on behind what is missing
		}
		if w.err != nil && w.err != io.EOF {
			return explainWrapping(w, whole && !f.broken, u.read.n-uint64(u.from.Buffered()), f.length)
		}
	}
	return ""
}

// complete says whether the decoding ended with the body.
func (u *unpacker) complete(f *BodyFile) bool { return u.ended(f, true) == "" }
