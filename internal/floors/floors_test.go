// Package floors holds the layers of the program: a package imports only from
// floors below its own, and third parties only where they belong.
package floors

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/pcappipe/pcappipe"

// A floor is where a package stands and what it may import beyond the packages
// below it.
type floor struct {
	number  int
	beside  []string // packages of its own floor
	outside []string // third parties, by the beginning of their paths
}

// floors has every package. The number of a package is above those of all that
// it imports.
var floors = map[string]floor{
	"internal/invariants":    {number: 0},
	"internal/capture":       {number: 0, outside: []string{"golang.org/x/net/http2/hpack"}},
	"frame":                  {number: 1},
	"flow":                   {number: 1},
	"record":                 {number: 1},
	"ordered":                {number: 1},
	"capfile":                {number: 2, outside: []string{"github.com/klauspost/compress", "github.com/pierrec/lz4/v4", "github.com/ulikunitz/xz"}},
	"conn":                   {number: 2},
	"decoder":                {number: 2},
	"decoder/fields":         {number: 2, beside: []string{"decoder"}},
	"decoder/filter":         {number: 2},
	"reassembly":             {number: 3},
	"flowlock":               {number: 2, outside: []string{"github.com/alphadose/haxmap", "github.com/zhangyunhao116/skipmap"}},
	"output":                 {number: 2, outside: []string{"github.com/parquet-go/parquet-go", "github.com/google/gopacket/pcapgo", "github.com/klauspost/compress", "github.com/andybalholm/brotli"}},
	"correlate":              {number: 4},
	"correlate/http1":        {number: 3},
	"correlate/http2":        {number: 3, outside: []string{"golang.org/x/net/http2/hpack"}},
	"correlate/tracecontext": {number: 3},
	"pipeline":               {number: 5, outside: []string{"go.uber.org/zap"}},
	"cmd/pcappipe":           {number: 6, outside: []string{"github.com/spf13/pflag", "go.uber.org/zap", "golang.org/x/term"}},
	"internal/promises":      {number: 0},
	"internal/docgen":        {number: 7},
	"internal/secondopinion": {number: 7},
	"internal/correctness":   {number: 8},
}

// benches import anything, and nothing imports them.
const benches = "bench"

func TestPackagesImportOnlyDownwards(t *testing.T) {
	for dir, imports := range packages(t) {
		if strings.HasPrefix(dir, benches) {
			continue
		}
		here, known := floors[dir]
		if !known {
			t.Errorf("%s is on no floor", dir)
			continue
		}
		for _, name := range imports {
			if err := here.allows(name); err != "" {
				t.Errorf("%s (floor %d) imports %s: %s", dir, here.number, name, err)
			}
		}
	}
}

func TestEveryFloorIsInhabited(t *testing.T) {
	all := packages(t)
	for dir := range floors {
		if _, there := all[dir]; !there {
			t.Errorf("%s is on a floor, but there is no such package", dir)
		}
	}
}

func TestWhatAFloorAllows(t *testing.T) {
	for _, row := range []struct {
		from, name string
		allowed    bool
	}{
		{"frame", "slices", true},
		{"frame", module + "/flow", false},
		{"decoder", module + "/frame", true},
		{"decoder", module + "/pipeline", false},
		{"decoder/fields", module + "/decoder", true},
		{"decoder", module + "/decoder/fields", false},
		{"pipeline", module + "/nowhere", false},
		{"pipeline", "go.uber.org/zap", true},
		{"pipeline", "go.uber.org/zap/zapcore", true},
		{"pipeline", "github.com/spf13/pflag", false},
		{"capfile", "github.com/klauspost/compression", false},
	} {
		if err := floors[row.from].allows(row.name); (err == "") != row.allowed {
			t.Errorf("%s imports %s: %q", row.from, row.name, err)
		}
	}
}

// allows says what is wrong with an import, or nothing.
func (f floor) allows(name string) string {
	if inside, ours := strings.CutPrefix(name, module+"/"); ours {
		switch below, known := floors[inside]; {
		case slices.Contains(f.beside, inside):
			return ""
		case !known:
			return "it is on no floor"
		case below.number >= f.number:
			return "it is on floor " + strconv.Itoa(below.number)
		}
		return ""
	}
	first, _, _ := strings.Cut(name, "/")
	if !strings.Contains(first, ".") {
		return "" // the standard library
	}
	for _, allowed := range f.outside {
		if name == allowed || strings.HasPrefix(name, allowed+"/") {
			return ""
		}
	}
	return "a third party that does not belong here"
}

// packages returns what the files of each directory with Go files import,
// tests apart: those may look at anything that compiles.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	all := make(map[string][]string)
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); file != root && (name == "testdata" || strings.HasPrefix(name, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		names, err := imports(file)
		rel, _ := filepath.Rel(root, file)
		dir := path.Dir(filepath.ToSlash(rel))
		all[dir] = append(all[dir], names...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func imports(file string) ([]string, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, spec := range tree.Imports {
		name, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, nil
}
