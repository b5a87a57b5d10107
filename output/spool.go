package output

import (
	"io"
	"os"
)

// A Spool keeps bytes in a file of its own that are to be written later, in the order in
// which they were added. Its zero value is empty, and has no file yet. One goroutine uses
// it at a time.
type Spool struct {
	file  *os.File
	added int64 // bytes in the file
	taken int64 // of these, behind us
	named bool  // the file still has a name
	room  []byte
}

// spoolRoom is how many bytes are read from the file at once.
const spoolRoom = 256 << 10

// Add keeps bytes.
func (s *Spool) Add(b []byte) (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp("", "pcappipe-*"); err != nil {
			return err
		}
		s.named = os.Remove(s.file.Name()) != nil // not everywhere can a file go that is open
	}
	n, err := s.file.WriteAt(b, s.added)
	s.added += int64(n)
	return err
}

// Take gives the next bytes, so many, to write.
func (s *Spool) Take(n int64, write func([]byte) error) error {
	if s.room == nil {
		s.room = make([]byte, spoolRoom)
	}
	for n > 0 {
		part := s.room[:min(n, spoolRoom)]
		if k, err := s.file.ReadAt(part, s.taken); k < len(part) {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		s.taken += int64(len(part))
		n -= int64(len(part))
		if err := write(part); err != nil {
			return err
		}
	}
	if s.taken < s.added {
		return nil
	}
	s.added, s.taken = 0, 0
	return s.file.Truncate(0)
}

// Close gives all up.
func (s *Spool) Close() {
	if s.file != nil {
		s.file.Close()
		if s.named {
			os.Remove(s.file.Name())
		}
		*s = Spool{}
	}
}
