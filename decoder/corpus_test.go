//go:build corpus

package decoder

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pcappipe/pcappipe/frame"
)

// question is what tshark is asked of every frame: its own bytes, without
// anything that was learned from another frame.
var question = []string{
	"-n", "-o", "ip.defragment:FALSE", "-o", "ipv6.defragment:FALSE", "-o", "tcp.desegment_tcp_streams:FALSE",
	"-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,",
	"-e", "frame.number", "-e", "frame.protocols", "-e", "ip.src", "-e", "ip.dst", "-e", "ipv6.src", "-e", "ipv6.dst",
	"-e", "tcp.srcport", "-e", "tcp.dstport", "-e", "udp.srcport", "-e", "udp.dstport",
	"-e", "sctp.srcport", "-e", "sctp.dstport", "-e", "_ws.malformed",
}

// TestCorpusAgreesWithTshark compares, for every frame of every capture of the
// corpus, layers, addresses and ports.
func TestCorpusAgreesWithTshark(t *testing.T) {
	root := os.Getenv("PCAPPIPE_CORPUS")
	if root == "" {
		root = "../../shared/corpus"
	}
	v := verdicts{stacks: map[string]*class{}}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		frames := capture(data)
		if len(frames) > 0 {
			v.files++
			v.compare(t, strings.TrimPrefix(path, root), frames, data, tshark(t, path, data))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	v.report(t)
}

// verdicts counts what was compared.
type verdicts struct {
	files, frames, same   int
	missing, faulty       int
	values, valuesSame    int
	malformed, bothFaulty int
	stacks                map[string]*class
}

// A class is frames that differ in the same way.
type class struct {
	frames  int
	example string
}

func (v *verdicts) differs(what, where string) {
	c := v.stacks[what]
	if c == nil {
		c = &class{example: where}
		v.stacks[what] = c
	}
	c.frames++
}

func (v *verdicts) compare(t *testing.T, name string, frames []captured, data []byte, theirs map[int][]string) {
	d := New(Config{Layers: true, Flows: true})
	var r Result
	d.Reset(&r)
	for i, c := range frames {
		bytes := data[c.f.Start : c.f.Start+c.f.Len]
		d.Decode(&c.f, bytes, uint32(i), &r)
		p := &r.Packets[i]
		if p.Status == Unknown {
			continue
		}
		row, has := theirs[i+1]
		if !has {
			v.missing++
			continue
		}
		v.frames++
		where := fmt.Sprintf("%s:%d", name, i+1)
		if p.Status == Faulty {
			v.faulty++
		}
		if row[12] != "" {
			v.malformed++
			if p.Status == Faulty {
				v.bothFaulty++
			}
		}
		ours, their := r.Stacks[p.Stack].Path, normal(row[1])
		if ours != their {
			v.differs("stack  "+ours+"  |  "+row[1]+"  "+p.Fault.Proto.String()+" "+p.Fault.Reason.String(), where)
			continue
		}
		v.same++
		for k, mine := range values(r.Of(p), bytes) {
			v.values++
			if mine == row[k+2] {
				v.valuesSame++
			} else {
				v.differs(fmt.Sprintf("value %d  %s", k, ours), where+" "+mine+" | "+row[k+2])
			}
		}
	}
}

func (v *verdicts) report(t *testing.T) {
	t.Logf("%d files, %d frames: %d with the same layers (%.3f %%), %d not dissected by tshark", v.files, v.frames, v.same, percent(v.same, v.frames), v.missing)
	t.Logf("of these %d lists of addresses and ports, %d the same (%.3f %%)", v.values, v.valuesSame, percent(v.valuesSame, v.values))
	t.Logf("%d faulty; malformed to tshark %d, of these %d faulty", v.faulty, v.malformed, v.bothFaulty)
	byCount := slices.SortedFunc(maps.Keys(v.stacks), func(a, b string) int {
		return cmp.Or(v.stacks[b].frames-v.stacks[a].frames, strings.Compare(a, b))
	})
	for _, k := range byCount {
		t.Logf("%6d  %s\n\t\t%s", v.stacks[k].frames, k, v.stacks[k].example)
	}
}

func percent(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

// normal returns tshark's stack as far as the decoder goes: without what has no
// header of its own, and up to the first protocol that is none of ours.
func normal(protocols string) string {
	known := map[string]bool{}
	for _, n := range names {
		known[n] = n != ""
	}
	var kept []string
	for p := range strings.SplitSeq(protocols, ":") {
		switch {
		case p == "ethertype", p == "wlan_radio", p == "pwethheuristic", p == "pwethnocw":
		case len(kept) > 0 && p == "igmp" && kept[len(kept)-1] == p: // a field of it
		case len(kept) > 0 && p == "chdlc" && kept[len(kept)-1] == "ppp":
			kept[len(kept)-1] = p
		case !known[p]:
			return strings.Join(kept, ":")
		default:
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ":")
}

// tshark returns tshark's answers by frame number. They are kept under the
// capture's digest, since asking takes minutes.
func tshark(t *testing.T, path string, data []byte) map[int][]string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = os.TempDir()
	}
	dir = filepath.Join(cmp.Or(os.Getenv("PCAPPIPE_CACHE"), filepath.Join(dir, "pcappipe")), "decoder")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	key := sha256.New()
	key.Write(data)
	fmt.Fprint(key, question)
	kept := filepath.Join(dir, fmt.Sprintf("%x.tsv", key.Sum(nil)))
	text, err := os.ReadFile(kept)
	if err != nil {
		text, err = exec.Command("tshark", append([]string{"-r", path}, question...)...).Output()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) { // a damaged file ends it with an error and is read so far
			t.Fatal(err)
		}
		if err := os.WriteFile(kept, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	rows := map[int][]string{}
	for line := range bytes.Lines(text) {
		row := strings.Split(strings.TrimSuffix(string(line), "\n"), "\t")
		if n, err := strconv.Atoi(row[0]); err == nil && len(row) == 13 {
			rows[n] = row
		}
	}
	return rows
}

// captured is a frame of a file; its Start is an offset in the file.
type captured struct{ f frame.Frame }

// capture reads the frames of a pcap or pcapng file, as far as they are whole.
func capture(data []byte) []captured {
	if len(data) < 24 {
		return nil
	}
	switch binary.LittleEndian.Uint32(data) {
	case 0xa1b2c3d4, 0xa1b23c4d:
		return classic(data, binary.LittleEndian)
	case 0xd4c3b2a1, 0x4d3cb2a1:
		return classic(data, binary.BigEndian)
	case 0x0a0d0d0a:
		return blocks(data)
	}
	return nil
}

func classic(data []byte, order binary.ByteOrder) (all []captured) {
	link := order.Uint32(data[20:])
	fcs := uint8(0)
	if link&0x04000000 != 0 {
		fcs = uint8(link>>28) * 2
	}
	for at := uint32(24); uint64(at)+16 <= uint64(len(data)); {
		n := order.Uint32(data[at+8:])
		if uint64(at)+16+uint64(n) > uint64(len(data)) {
			break
		}
		all = append(all, captured{frame.Frame{Start: at + 16, Len: n, Wire: order.Uint32(data[at+12:]), Link: frame.LinkType(link), FCS: fcs}})
		at += 16 + n
	}
	return all
}

func blocks(data []byte) (all []captured) {
	var order binary.ByteOrder = binary.LittleEndian
	var links []frame.LinkType
	for at := uint32(0); uint64(at)+12 <= uint64(len(data)); {
		if binary.LittleEndian.Uint32(data[at:]) == 0x0a0d0d0a {
			order, links = binary.LittleEndian, nil
			if order.Uint32(data[at+8:]) != 0x1a2b3c4d {
				order = binary.BigEndian
			}
		}
		kind, n := order.Uint32(data[at:]), order.Uint32(data[at+4:])
		if n < 12 || uint64(at)+uint64(n) > uint64(len(data)) {
			break
		}
		b := data[at : at+n]
		switch kind {
		case 1:
			links = append(links, frame.LinkType(order.Uint16(b[8:])))
		case 6, 2:
			i := order.Uint32(b[8:])
			if kind == 2 {
				i = uint32(order.Uint16(b[8:]))
			}
			if int(i) < len(links) {
				all = append(all, captured{frame.Frame{Start: at + 28, Len: order.Uint32(b[20:]), Wire: order.Uint32(b[24:]), Link: links[i]}})
			}
		case 3:
			if len(links) > 0 {
				wire := order.Uint32(b[8:])
				all = append(all, captured{frame.Frame{Start: at + 12, Len: min(wire, n-16), Wire: wire, Link: links[0]}})
			}
		}
		at += n
	}
	return all
}
