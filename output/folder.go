package output

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// A folder is a directory that is filled in another one, which is hidden, and is
// in its place when it is complete.
//
// Where there is no directory yet, the hidden one is beside its place and gets
// its name: one step, however many files. Where there is one, it stays, with its
// owner, its mode and whoever stands in it: the hidden one is within it, so that it is on the same
// file system, and the files are moved one by one.
type folder struct {
	kind   string   // what is in it: "streams"
	path   string   // as the user named it
	target string   // links followed
	temp   string   // the hidden one, "" when it is no more
	made   []string // directories above it that were not there before, the lowest first
}

// open makes the hidden directory.
func (f *folder) open() error {
	f.target = filepath.Clean(f.path)
	if real, err := filepath.EvalSymlinks(f.target); err == nil {
		f.target = real
	}
	info, err := os.Stat(f.target)
	switch {
	case err == nil && !info.IsDir():
		return &fs.PathError{Op: "create", Path: f.path, Err: syscall.ENOTDIR}
	case err == nil:
		return f.hide(filepath.Join(f.target, f.kind))
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if _, e := os.Lstat(f.target); e == nil { // a link to nowhere
		return err
	}
	if err := f.mkdirs(filepath.Dir(f.target)); err != nil {
		f.removeMade()
		return err
	}
	return f.hide(f.target)
}

// mkdirs makes a directory and those above it that are not there.
func (f *folder) mkdirs(dir string) error {
	err := os.Mkdir(dir, 0o777)
	if errors.Is(err, fs.ErrNotExist) && dir != filepath.Dir(dir) {
		if err := f.mkdirs(filepath.Dir(dir)); err != nil {
			return err
		}
		err = os.Mkdir(dir, 0o777)
	}
	if info, e := os.Stat(dir); err != nil && e == nil && info.IsDir() {
		return nil // whoever made it, it is there
	}
	if err == nil {
		f.made = append([]string{dir}, f.made...)
	}
	return err
}

// hide makes a directory that no one else has, with a hidden name, beside a path.
func (f *folder) hide(path string) error {
	dir, name := filepath.Split(path)
	for n := 0; ; n++ {
		temp := filepath.Join(dir, fmt.Sprintf(".%s.tmp-%d-%d", name, os.Getpid(), n))
		err := os.Mkdir(temp, 0o777)
		switch {
		case err == nil:
			f.temp = temp
			return nil
		case !errors.Is(err, fs.ErrExist) || n == 1000:
			f.removeMade()
			return &fs.PathError{Op: "create", Path: f.path, Err: errors.Unwrap(err)}
		}
	}
}

// place gives what is in the hidden directory its name.
func (f *folder) place() error {
	if _, err := os.Lstat(f.target); errors.Is(err, fs.ErrNotExist) {
		if err := os.Rename(f.temp, f.target); err != nil {
			return err
		}
		f.temp, f.made = "", nil
		return nil
	}
	if err := f.move(); err != nil {
		return err
	}
	f.made = nil
	return f.remove()
}

// move moves the files one by one and replaces those of the same names. It asks for a
// thousand names at a time: there can be millions.
func (f *folder) move() error {
	for {
		dir, err := os.Open(f.temp)
		if err != nil {
			return err
		}
		names, err := dir.Readdirnames(1000)
		dir.Close()
		if len(names) == 0 {
			if err == io.EOF {
				return nil
			}
			return err
		}
		for _, name := range names {
			if err := os.Rename(filepath.Join(f.temp, name), filepath.Join(f.target, name)); err != nil {
				return err
			}
		}
	}
}

// remove takes away the hidden directory with all that is in it, and those that were made for it.
func (f *folder) remove() error {
	if f.temp == "" {
		return nil
	}
	err := os.RemoveAll(f.temp)
	f.temp = ""
	return cmp.Or(err, f.removeMade())
}

// removeMade takes away the directories that were made, where nothing else has come into them.
func (f *folder) removeMade() error {
	for _, dir := range f.made {
		os.Remove(dir)
	}
	f.made = nil
	return nil
}
