//go:build unix

package output

import (
	"io"
	"syscall"
)

// A descriptor is a file that is open for a moment. An os.File is made to wait
// in: it asks the poller about every file and is watched by the collector, with
// which creating a small one takes a quarter longer.
type descriptor int

// openDescriptor opens a file to write, and creates it where it is not there.
func openDescriptor(path string) (descriptor, error) {
	for {
		fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_CLOEXEC, 0o666)
		if err != syscall.EINTR {
			return descriptor(fd), err
		}
	}
}

func (d descriptor) writeAt(b []byte, offset int64) error {
	for len(b) > 0 {
		n, err := syscall.Pwrite(int(d), b, offset)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return err
		case n <= 0:
			return io.ErrShortWrite
		}
		b, offset = b[n:], offset+int64(n)
	}
	return nil
}

func (d descriptor) truncate(length int64) error {
	for {
		if err := syscall.Ftruncate(int(d), length); err != syscall.EINTR {
			return err
		}
	}
}

// close is not tried again: the descriptor is closed, whatever is said of it.
func (d descriptor) close() error {
	if err := syscall.Close(int(d)); err != syscall.EINTR {
		return err
	}
	return nil
}
