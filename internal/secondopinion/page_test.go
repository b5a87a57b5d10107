package secondopinion

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// results has one of every source; tshark's fields are many.
func results() map[string]*Result {
	all := make(map[string]*Result)
	for _, s := range Sources {
		all[s.Name] = &Result{Source: s.Name, With: s.Title + " 1.0", Captures: 2, Fields: []FieldResult{{"frames", Count{2, 2}}}}
	}
	r := all["tshark fields"]
	r.Fields = nil
	for _, f := range Columns[:30] {
		r.Fields = append(r.Fields, FieldResult{f.Name, Count{1000, 1000}})
	}
	r.Fields[7].Equal--
	r.Reviewed = []ClassResult{{"*", "**/a.pcap", 1, "tshark", "a tunnel that is not decoded"}}
	r.Apart = []Apart{{"frames that only one side reads", 36}}
	return all
}

func TestPage(t *testing.T) {
	all := results()
	page, err := Page(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| [tshark: fields](#tshark-fields) | 2 | 30,000 | 29,999 | 99.9966 | 0 | 0 | 1 | 0 |\n",
		"| any | `**/a.pcap` | 1 | tshark | a tunnel that is not decoded |\n",
		"- 36 frames that only one side reads\n",
		"30 fields have values, 29 of them without a difference.",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	brief, err := Brief(all)
	if err != nil || !strings.Contains(brief, "| tshark | 30,014 | 99.9966 | 1 |\n") {
		t.Errorf("the short form is %s, %v", brief, err)
	}
	delete(all, "zeek")
	if _, err := Page(all); err == nil {
		t.Error("a source without a result is not missed")
	}
}

// The place in README.md is there, and nothing around it changes.
func TestPutBrief(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	once, err := PutBrief(string(readme), "| a |\n")
	if err != nil {
		t.Fatal(err)
	}
	twice, err := PutBrief(once, "| a |\n")
	if err != nil || once != twice || !strings.Contains(once, briefBegin+"| a |\n"+briefEnd) {
		t.Errorf("put twice: %v", err)
	}
	if _, err := PutBrief("no marks", ""); err == nil {
		t.Error("missing marks are not noticed")
	}
}

func TestPercent(t *testing.T) {
	for want, c := range map[string]Count{"100": {3, 3}, "99.9999": {10_000_000, 9_999_999}, "0.0000": {7, 0}, "–": {}} {
		if got := percent(c); got != want {
			t.Errorf("%v: %s, not %s", c, got, want)
		}
	}
}

// What is saved is what is loaded.
func TestResults(t *testing.T) {
	dir := t.TempDir()
	want := results()["tshark fields"]
	if err := want.Save(dir); err != nil {
		t.Fatal(err)
	}
	got, err := LoadResults(dir)
	if err != nil || !reflect.DeepEqual(got[want.Source], want) {
		t.Errorf("got %+v, %v", got, err)
	}
}
