package capfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A resolver turns what the user named into inputs.
type resolver struct {
	stdin   io.Reader
	spares  *spares
	taken   bool // standard input is an input already
	probe   Piece
	inputs  []*input
	errors  []error
	skipped int
}

func (r *resolver) resolve(names []string) {
	for _, name := range names {
		r.name(name)
	}
	r.probe = Piece{}
}

func (r *resolver) fail(path string, err error) {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		err = pe.Err // the path is the InputError's
	}
	r.errors = append(r.errors, &InputError{Path: path, Err: err})
}

// name adds what one word of the user stands for. A file may be called like a
// glob; then it is the file.
func (r *resolver) name(name string) {
	if name == "-" {
		r.standardInput()
		return
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		r.directory(name)
	case err == nil:
		r.file(name, info)
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(name, `*?[\`):
		r.glob(name)
	default:
		r.fail(name, err)
	}
}

func (r *resolver) standardInput() {
	if r.taken {
		r.fail("-", errors.New("standard input can be read only once"))
		return
	}
	r.taken = true
	r.stream("-", r.stdin, nil)
}

func (r *resolver) file(name string, info fs.FileInfo) {
	if !info.Mode().IsRegular() {
		f, err := os.Open(name)
		if err != nil {
			r.fail(name, err)
			return
		}
		r.stream(name, f, f)
		return
	}
	in, err := openInput(name, &r.probe, r.spares)
	if err != nil {
		r.fail(name, err)
		return
	}
	r.inputs = append(r.inputs, in)
}

// stream adds an input that can be read only once.
func (r *resolver) stream(name string, from io.Reader, closer io.Closer) {
	in, err := pipeInput(name, from, closer, r.spares)
	if err != nil {
		r.fail(name, err)
		return
	}
	r.inputs = append(r.inputs, in)
}

// glob adds the matches in lexical order, as a shell does.
func (r *resolver) glob(pattern string) {
	names, err := filepath.Glob(pattern)
	switch {
	case err != nil:
		r.fail(pattern, err)
	case len(names) == 0:
		r.fail(pattern, errors.New("no such file, and no file matches"))
	}
	slices.Sort(names)
	for _, name := range names {
		if info, err := os.Stat(name); err != nil {
			r.fail(name, err)
		} else if info.IsDir() {
			r.directory(name)
		} else {
			r.file(name, info)
		}
	}
}

// directory adds the captures in a directory and those below it, in the order
// of their first frames. What has no time comes last.
func (r *resolver) directory(name string) {
	others := r.skipped
	found, ok := r.below(name)
	switch {
	case !ok:
	case len(found) == 0:
		r.fail(name, fmt.Errorf("is a directory with no captures (%d other files)", r.skipped-others))
	default:
		slices.SortStableFunc(found, earlier)
		r.inputs = append(r.inputs, found...)
	}
}

// below returns the captures in a directory and in those below it; not through
// links to directories, which can lead back. What is no file is skipped:
// opening a pipe that nobody named would wait for its writer.
func (r *resolver) below(name string) (found []*input, ok bool) {
	entries, err := os.ReadDir(name)
	if err != nil {
		r.fail(name, err)
		return nil, false
	}
	for _, e := range entries {
		path := filepath.Join(name, e.Name())
		if e.IsDir() {
			more, _ := r.below(path)
			found = append(found, more...)
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err == nil && info.Mode().IsRegular():
		case err == nil, errors.Is(err, fs.ErrNotExist):
			r.skipped++
			continue
		default:
			r.fail(path, err)
			continue
		}
		in, err := openInput(path, &r.probe, r.spares)
		switch {
		case err == nil:
			found = append(found, in)
		case errors.Is(err, errNoCapture):
			r.skipped++
		default:
			r.fail(path, err)
		}
	}
	return found, true
}

func earlier(a, b *input) int {
	switch {
	case a.timed != b.timed:
		if a.timed {
			return -1
		}
		return 1
	case a.first < b.first:
		return -1
	case a.first > b.first:
		return 1
	}
	return 0
}
