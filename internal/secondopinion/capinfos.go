package secondopinion

import (
	"bufio"
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// CapinfosArgs are capinfos's arguments, but for the capture: numbers without units.
func CapinfosArgs() []string { return []string{"-M"} }

// A Capinfos is what capinfos says of a file.
type Capinfos struct {
	Opened bool   // it is a capture to capinfos
	Type   string // "pcap", "pcapng", …
	Frames uint64
	Damage string // what it complained of, without the file's name; empty when it did not
}

// Reads says whether capinfos took the file for one of the formats that
// pcappipe promises. It also reads others, and takes some texts for captures.
func (c Capinfos) Reads() bool {
	return c.Opened && strings.Contains(c.Type, "pcap")
}

var (
	quoted = regexp.MustCompile(` ?(from )?"[^"]*"`)
	// Of a file that it calls corrupt capinfos says no more than this: how far
	// it came, and the format that it took it for.
	reached = regexp.MustCompile(`after reading (\d+) packets.*\((\w+): `)
)

// ParseCapinfos reads capinfos's output for one file.
func ParseCapinfos(r Reply) (Capinfos, error) {
	c := Capinfos{Damage: capinfosDamage(r.Stderr)}
	lines := bufio.NewScanner(bytes.NewReader(r.Stdout))
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimSpace(value)
		switch name {
		case "File type":
			c.Type = value
		case "Number of packets":
			n, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				return c, fmt.Errorf("number of packets: %w", err)
			}
			c.Opened, c.Frames = true, n
		}
	}
	if m := reached.FindStringSubmatch(c.Damage); m != nil && !c.Opened {
		n, err := strconv.ParseUint(m[1], 10, 64)
		if err != nil {
			return c, fmt.Errorf("packets until the damage: %w", err)
		}
		c.Opened, c.Frames, c.Type = true, n, m[2]
	}
	if !c.Opened && c.Damage == "" {
		return c, fmt.Errorf("neither a number of packets nor a complaint: %q", r.Stdout)
	}
	return c, lines.Err()
}

// capinfosDamage returns what capinfos complained of in one line.
func capinfosDamage(stderr string) string {
	var said []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimSpace(strings.TrimPrefix(line, "capinfos: "))
		if line != "" && line != "(will continue anyway, checksums might be incorrect)" {
			said = append(said, quoted.ReplaceAllString(line, ""))
		}
	}
	return strings.Join(said, " ")
}
