//go:build corpus

package secondopinion

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// pcapng files hold what their generator says that they hold.
func TestGeneratorAgrees(t *testing.T) {
	c := compare(t, "generator", "pcapng-test-generator's descriptions")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return !strings.HasPrefix(c.Name, "pcapng-test-generator/") })
	if len(list) == 0 {
		t.Fatal("the corpus has no files of pcapng-test-generator")
	}
	c.over(list, func(capture Capture, s *Sheet) error {
		text, err := os.ReadFile(strings.TrimSuffix(capture.Path, ".pcapng") + ".txt")
		if os.IsNotExist(err) {
			s.Apart("captures without a description", 1)
			return nil
		}
		if err != nil {
			return err
		}
		d, err := ParseDescription(string(text))
		if err != nil {
			return err
		}
		run, err := ours(capture)
		if err != nil {
			return err
		}
		summary, err := RunSummary(program, capture)
		if err == nil {
			s.CompareBlocks(d, run, summary)
		}
		return err
	})
	c.finish()
}
