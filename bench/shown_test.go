package bench

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestTableText(t *testing.T) {
	table := table{head: []string{"name", ">n", "end"}}
	table.add("é", "10,000", "x")
	table.add("longer", "1", "")
	want := "name         n  end\né       10,000  x\nlonger       1\n"
	if got := table.text(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	want = "| name | n | end |\n| --- | ---: | --- |\n| é | 10,000 | x |\n| longer | 1 |  |\n"
	if got := table.markdown(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestFigures(t *testing.T) {
	for value, want := range map[float64]string{0: "0", 0.00123: "0.00123", 0.5: "0.500", 7: "7.00", 42.42: "42.4", 99.99: "100", 1234.6: "1,235", 1e6: "1,000,000"} {
		if got := figure(value); got != want {
			t.Errorf("%v is shown as %s, want %s", value, got, want)
		}
	}
}

// A report that is saved and loaded is the same, and says the same.
func TestAReportSurvivesJSON(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	want := fake()
	if err := want.Save(path); err != nil {
		t.Fatal(err)
	}
	got, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) || got.Page() != want.Page() || got.Chart() != want.Chart() {
		t.Errorf("loaded is\n%+v\nsaved was\n%+v", got, want)
	}
}

func TestEveryFormIsWhole(t *testing.T) {
	r := fake()
	var text strings.Builder
	if err := r.Text(&text); err != nil {
		t.Fatal(err)
	}
	for form, s := range map[string]string{"text": text.String(), "page": r.Page(), "short": r.Short()} {
		if strings.Contains(s, "NaN") || strings.Contains(s, "Inf") || strings.Contains(s, "%!") {
			t.Errorf("the %s has something that is no figure:\n%s", form, s)
		}
		if !strings.Contains(s, "tshark dissects far more protocols than pcappipe") {
			t.Errorf("the %s compares with tshark and does not say what tshark does more", form)
		}
	}
	for form, s := range map[string]string{"text": text.String(), "page": r.Page()} {
		for _, part := range []string{"argus ended with signal: aborted", "tcptrace", "not installed", "not measured", "1.25 ×", "1,000,000"} {
			if !strings.Contains(s, part) {
				t.Errorf("the %s lacks %q:\n%s", form, part, s)
			}
		}
	}
}

func TestWhatWasSeenStandsBesideTheLaw(t *testing.T) {
	rows := fake().speedups().rows
	if want := []string{"flows", "seen", "1.00", "2.00", "", "", "", "", ""}; len(rows) != 9 || !slices.Equal(rows[2], want) {
		t.Errorf("%q", rows)
	}
}

func TestAnEmptyReportHasEveryForm(t *testing.T) {
	var r Report
	if err := r.Text(io.Discard); err != nil {
		t.Error(err)
	}
	wellFormed(t, r.Chart())
	if page := r.Page(); !strings.HasPrefix(page, "# Performance\n") {
		t.Errorf("the page is\n%s", page)
	}
}

func TestTheChartIsWellFormed(t *testing.T) {
	chart := fake().Chart()
	wellFormed(t, chart)
	for _, part := range []string{"pcappipe: " + flows2, cat, "1,000,000", "Amdahl", "tshark dissects far more protocols than pcappipe"} {
		if !strings.Contains(chart, part) {
			t.Errorf("the chart lacks %q", part)
		}
	}
	if strings.Contains(chart, "NaN") || strings.Contains(chart, "Inf") {
		t.Error("the chart has something at no place")
	}
}

func wellFormed(t *testing.T, chart string) {
	t.Helper()
	tokens := xml.NewDecoder(strings.NewReader(chart))
	for {
		if _, err := tokens.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%v in\n%s", err, chart)
		}
	}
}

// What is published once and then again, from the figures alone, is the same.
func TestPublishing(t *testing.T) {
	root := t.TempDir()
	names := []string{"README.md", "docs/performance.json", "docs/performance.md", "docs/performance.svg"}
	if err := fake().Publish(root); err == nil {
		t.Error("published without a README")
	}
	if err := os.WriteFile(filepath.Join(root, names[0]), []byte(shortBegins+shortEnds), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := fake().Publish(root); err != nil {
		t.Fatal(err)
	}
	var first []string
	for _, name := range names {
		first = append(first, read(t, filepath.Join(root, name)))
	}
	if err := Republish(root); err != nil {
		t.Fatal(err)
	}
	for i, name := range names {
		if read(t, filepath.Join(root, name)) != first[i] {
			t.Errorf("%s is another when published again", name)
		}
	}
}

func TestTheShortFormGoesIntoItsPlace(t *testing.T) {
	readme := "a\n" + shortBegins + "old\n" + shortEnds + "b\n"
	got, err := Insert(readme, "new\n")
	if want := "a\n" + shortBegins + "\nnew\n\n" + shortEnds + "b\n"; err != nil || got != want {
		t.Errorf("got %v\n%s", err, got)
	}
	if again, err := Insert(got, "new\n"); err != nil || again != got {
		t.Errorf("a second time it is\n%s", again)
	}
	for _, lost := range []string{"", shortBegins, shortEnds, shortEnds + shortBegins} {
		if _, err := Insert(lost, ""); err == nil {
			t.Errorf("%q has a place", lost)
		}
	}
}

// The pages that there are say what the figures beside them say, and the README
// has a place for the short form.
func TestThePagesFollowTheFigures(t *testing.T) {
	root := ".."
	readme := read(t, filepath.Join(root, "README.md"))
	r, err := Load(filepath.Join(root, "docs", "performance.json"))
	if os.IsNotExist(err) {
		if _, err := Insert(readme, ""); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(filepath.Join(root, "docs", "performance.md")); err == nil {
			t.Error("there is a page without figures")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	short, err := Insert(readme, r.Short())
	if err != nil {
		t.Fatal(err)
	}
	for name, same := range map[string]bool{
		"README.md":            readme == short,
		"docs/performance.md":  read(t, filepath.Join(root, "docs", "performance.md")) == r.Page(),
		"docs/performance.svg": read(t, filepath.Join(root, "docs", "performance.svg")) == r.Chart(),
	} {
		if !same {
			t.Errorf("%s does not say what docs/performance.json says: make bench-page", name)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
