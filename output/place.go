package output

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pcappipe/pcappipe/record"
)

// A place is a stream of bytes: a file, or standard output.
type place struct {
	path  string // "" is standard output
	kinds []kind // whose records it gets, in the order asked for
}

// standardOutput says whether the path means it. /dev/stdout does too: opened
// by its name, a redirected file would lose what the shell appends to.
func (c Config) standardOutput() bool {
	return c.Path == "" || c.Path == "-" || c.Path == "/dev/stdout"
}

// directory says whether Path is one: by how it is written, by what is there, or,
// where nothing is, because several kinds need one.
func (c Config) directory(f Format) bool {
	if c.standardOutput() {
		return false
	}
	if strings.HasSuffix(c.Path, "/") || strings.HasSuffix(c.Path, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(c.Path)
	if err == nil {
		return info.IsDir()
	}
	_, named := extensions[strings.ToLower(filepath.Ext(c.Path))]
	return len(c.Kinds) > 1 && !formats[f].mixes && !named
}

// file returns the one file that is written, "" for standard output.
func (c Config) file() string {
	if c.standardOutput() {
		return ""
	}
	return c.Path
}

// places says which kinds go where.
func (c Config) places(f Format) []place {
	if c.directory(f) {
		var all []place
		for _, name := range c.Kinds {
			k, _ := kindOf(name)
			all = append(all, place{filepath.Join(c.Path, name+"."+formats[f].extension), []kind{k}})
		}
		return all
	}
	one := place{path: c.file()}
	for _, name := range c.Kinds {
		k, _ := kindOf(name)
		one.kinds = append(one.kinds, k)
	}
	if len(one.kinds) == 0 {
		return nil
	}
	return []place{one}
}

// Files returns the files that will be written, as far as they are any.
func (c Config) Files() []string {
	format, err := c.format()
	if err != nil {
		return nil
	}
	var files []string
	if c.Raw && c.file() != "" {
		files = append(files, c.file())
	}
	for _, p := range c.places(format) {
		if p.path != "" {
			files = append(files, p.path)
		}
	}
	return files
}

// selectionOf returns what an encoder for this kind is made from.
func (c Config) selectionOf(k kind, schemas []*record.Schema) selection {
	s := selection{schema: schemaOf(k.record, schemas), time: c.Time, project: c.Project}
	s.alone = !slices.ContainsFunc(c.Kinds, func(name string) bool { return name == "frames" || name == "streams" || name == "turns" })
	if k.record == "frame" && len(c.Fields) > 0 {
		s.fields = c.Fields
	}
	return s
}
