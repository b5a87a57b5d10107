//go:build !unix

package output

import "os"

// A descriptor is a file that is open for a moment.
type descriptor struct{ f *os.File }

// openDescriptor opens a file to write, and creates it where it is not there.
func openDescriptor(path string) (descriptor, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o666)
	return descriptor{f}, err
}

func (d descriptor) writeAt(b []byte, offset int64) error {
	_, err := d.f.WriteAt(b, offset)
	return err
}

func (d descriptor) truncate(length int64) error { return d.f.Truncate(length) }

func (d descriptor) close() error { return d.f.Close() }
