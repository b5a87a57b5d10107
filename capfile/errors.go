package capfile

import (
	"errors"
	"fmt"
)

// What can be wrong with a file. A FormatError wraps one of these, or what the
// operating system or a decompressor said.
var (
	ErrTruncated  = errors.New("file ends in the middle")
	ErrLength     = errors.New("length is out of range")
	ErrMagic      = errors.New("not what the format prescribes")
	ErrMismatch   = errors.New("the two lengths of the block differ")
	ErrInterface  = errors.New("no such interface")
	ErrOption     = errors.New("option does not fit")
	ErrVersion    = errors.New("version is not supported")
	ErrResolution = errors.New("time resolution is not supported")
	ErrCompressed = errors.New("compressed data is damaged")
	ErrLarge      = errors.New("larger than 16 MiB, and left out")
	ErrWindow     = errors.New("decompression needs a window over 64 MiB, which is refused")
)

// A FormatError says where a file stops following its format. Every frame
// before that was read; where Err is [ErrLarge], what comes after it too.
type FormatError struct {
	Path   string
	Offset int64  // of the record at fault, from the start of the (decompressed) file
	Frame  uint64 // its number over all inputs, if it is a frame: the last good one's + 1
	Field  string // what was being read there
	Err    error
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s at byte %d, frame %d: %s: %v", e.Path, e.Offset, e.Frame, e.Field, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// An InputError is an input that cannot be opened or is no capture.
type InputError struct {
	Path string
	Err  error // why, or what it looks like
}

func (e *InputError) Error() string { return e.Path + ": " + e.Err.Error() }

func (e *InputError) Unwrap() error { return e.Err }

// A fault is a FormatError in the making: slicing knows the place and the
// reason, Verify the number of the frame.
type fault struct {
	offset int64
	field  string
	err    error
	passed bool // it lies behind: the file is read on
}
