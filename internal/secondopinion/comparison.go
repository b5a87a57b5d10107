package secondopinion

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed differences.txt
var differences string

// A Sheet is what was found in one capture: sheets are filled side by side and
// taken in order.
type Sheet struct {
	Tally
	source, capture string
	differences     []Difference
}

// NewSheet begins the comparison of one capture with one source.
func NewSheet(source string, capture Capture) *Sheet {
	return &Sheet{source: source, capture: capture.Name}
}

// Value compares one value. where says where in the capture it stands.
func (s *Sheet) Value(where, field, ours, theirs string) {
	s.Judge(where, field, ours, theirs, ours == theirs)
}

// Judge counts a value of which the caller knows whether the sides agree.
func (s *Sheet) Judge(where, field, ours, theirs string, equal bool) {
	if !s.Compare(field, equal) {
		s.differences = append(s.differences, Difference{s.source, field, s.capture, where, ours, theirs})
	}
}

// A Comparison is a source's tally and review over all captures.
type Comparison struct {
	Tally
	*Review
	Source   string
	With     string          // the program and its version
	captures map[string]bool // of which something was compared
}

// NewComparison begins the comparison with a source, whose differences are reviewed.
func NewComparison(source, with string) (*Comparison, error) {
	review, err := ReadReview(strings.NewReader(differences), source)
	if err != nil {
		return nil, fmt.Errorf("differences.txt: %w", err)
	}
	return &Comparison{Review: review, Source: source, With: with, captures: make(map[string]bool)}, nil
}

// Take adds a sheet.
func (c *Comparison) Take(s *Sheet) {
	c.Merge(&s.Tally)
	if len(s.fields) > 0 {
		c.captures[s.capture] = true
	}
	for _, d := range s.differences {
		c.Add(d)
	}
}

// Result returns what the page is made from.
func (c *Comparison) Result() *Result {
	r := &Result{Source: c.Source, With: c.With, Captures: len(c.captures), Apart: c.apart, New: len(c.New)}
	for _, name := range c.fields {
		r.Fields = append(r.Fields, FieldResult{name, *c.counts[name]})
	}
	for _, l := range c.lines {
		r.Reviewed = append(r.Reviewed, ClassResult{Field: l.Field, Captures: l.captures, Count: l.found, Right: l.Right, Why: l.Why})
	}
	return r
}

// A Result is what came of one comparison, as the tests hand it to the page.
type Result struct {
	Source   string        `json:"source"`
	With     string        `json:"with"`
	Captures int           `json:"captures"` // of which something was compared
	Fields   []FieldResult `json:"fields"`
	Apart    []Apart       `json:"apart,omitempty"`
	Reviewed []ClassResult `json:"reviewed,omitempty"`
	New      int           `json:"new"` // differences that nobody has reviewed
}

// A FieldResult counts the values of one field.
type FieldResult struct {
	Field string `json:"field"`
	Count
}

// A ClassResult is a reviewed class of differences, as large as it was found.
type ClassResult struct {
	Field    string `json:"field"`
	Captures string `json:"captures"`
	Count    int    `json:"count"`
	Right    string `json:"right"`
	Why      string `json:"why"`
}

// Save writes the result into a folder, as one file.
func (r *Result) Save(dir string) error {
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, strings.ReplaceAll(r.Source, " ", "-")+".json"), append(text, '\n'), 0o666)
}

// LoadResults reads the results of a folder, by source.
func LoadResults(dir string) (map[string]*Result, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	all := make(map[string]*Result)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		r := new(Result)
		if err := json.Unmarshal(text, r); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all[r.Source] = r
	}
	return all, nil
}
