//go:build corpus

package secondopinion

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const ipfixprobeFolder = "ipfixprobe/tests/functional/inputs/"

// ipfixprobe's records of a conversation add up to what pcappipe's add up to.
func TestIPFIXProbeAgrees(t *testing.T) {
	c := compare(t, "ipfixprobe", "ipfixprobe's own results")
	list := slices.DeleteFunc(slices.Clone(captures), func(c Capture) bool { return !strings.HasPrefix(c.Name, ipfixprobeFolder) })
	if len(list) == 0 {
		t.Fatal("the corpus has no captures of ipfixprobe")
	}
	c.over(list, func(capture Capture, s *Sheet) error {
		name := strings.TrimSuffix(path.Base(capture.Name), ".pcap")
		text, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(capture.Path)), "outputs", name))
		if os.IsNotExist(err) {
			s.Apart("captures without a result", 1)
			return nil
		}
		if err != nil {
			return err
		}
		theirs, err := ParseIPFIXProbe(string(text))
		if err != nil {
			return err
		}
		run, err := ours(capture)
		if err != nil {
			return err
		}
		mine, err := run.Exports()
		if err == nil {
			s.CompareExports(mine, theirs)
		}
		return err
	})
	c.finish()
}
