package output

import (
	"math"
	"slices"
)

// A pen writes to one file at a time.
type pen struct {
	path   []byte // that of the hidden directory, and what follows it
	dir    int    // its length
	size   int
	buffer []byte // gathers; made when it is first needed
}

func newPen(dir string, size int) *pen {
	path := append([]byte(dir), '/')
	return &pen{path: slices.Clip(path), dir: len(path), size: size}
}

func (p *pen) room() []byte {
	if p.buffer == nil {
		p.buffer = make([]byte, p.size)
	}
	return p.buffer
}

// write puts bytes at an offset of the file that path names and makes the file at least as long
// as length, which is 0 where it need not be. It says what it was doing when it failed.
func (p *pen) write(offset uint64, b []byte, length uint64) (op string, err error) {
	d, err := openDescriptor(string(p.path))
	if err != nil {
		return "create", err
	}
	if err = d.writeAt(b, int64(offset)); err != nil {
		op = "write"
	} else if length > 0 {
		op, err = "truncate", d.truncate(int64(min(length, math.MaxInt64)))
	}
	if e := d.close(); err == nil && e != nil {
		op, err = "close", e
	}
	return op, err
}
