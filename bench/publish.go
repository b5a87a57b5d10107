package bench

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// Publish writes the report where readers look for it: docs/performance.* and its
// place in README.md, below a folder.
func (r *Report) Publish(root string) error {
	path := filepath.Join(root, "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := Insert(string(readme), r.Short())
	if err != nil {
		return err
	}
	if err := r.Write(filepath.Join(root, "docs")); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// Write writes the report in its three forms into a folder.
func (r *Report) Write(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	if err := r.Save(filepath.Join(dir, "performance.json")); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "performance.svg"), []byte(r.Chart()), 0o666); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "performance.md"), []byte(r.Page()), 0o666)
}

// Republish writes chart and pages again, from the figures that were published:
// what follows from them follows anew.
func Republish(root string) error {
	r, err := Load(filepath.Join(root, "docs", "performance.json"))
	if err != nil {
		return err
	}
	r.conclude()
	return r.Publish(root)
}

// Where a page says that the short form stands.
const (
	shortBegins = "<!-- make bench writes from here -->\n"
	shortEnds   = "<!-- make bench writes to here -->\n"
)

// Insert returns the README with the short form in its place.
func Insert(readme, short string) (string, error) {
	before, rest, begins := strings.Cut(readme, shortBegins)
	_, after, ends := strings.Cut(rest, shortEnds)
	if !begins || !ends {
		return "", errors.New("the page has no place for the short form of the figures")
	}
	return before + shortBegins + "\n" + short + "\n" + shortEnds + after, nil
}
