package secondopinion

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// A Description is what the generator of pcapng's test files says of one: its
// blocks, in their order.
type Description struct {
	Blocks []string // "SHB", "IDB", "EPB", …
}

// ParseDescription reads a generated file's description, whose counts and
// sequence must agree.
func ParseDescription(text string) (Description, error) {
	var d Description
	counts := make(map[string]string)
	inCounts := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if sequence, is := strings.CutPrefix(line, "Block sequence: "); is {
			d.Blocks = strings.Split(sequence, ", ")
		}
		name, n, cut := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case line == "Block counts:":
			inCounts = true
		case inCounts && strings.HasPrefix(line, "\t") && cut:
			counts[name] = n
		default:
			inCounts = false
		}
	}
	if len(d.Blocks) == 0 {
		return d, fmt.Errorf("no sequence of blocks")
	}
	for name, n := range counts {
		if fmt.Sprint(d.count(name)) != n {
			return d, fmt.Errorf("%s blocks of %s, %d in the sequence", n, name, d.count(name))
		}
	}
	return d, nil
}

func (d Description) count(name string) (n int) {
	for _, b := range d.Blocks {
		if b == name {
			n++
		}
	}
	return n
}

// A PacketBlock is a block that holds a packet.
type PacketBlock struct {
	Timed      bool // simple packets have no time
	Interfaces int  // how many its section has described before it
}

// Packets returns the blocks that hold packets.
func (d Description) Packets() (packets []PacketBlock) {
	interfaces := 0
	for _, b := range d.Blocks {
		switch b {
		case "SHB":
			interfaces = 0
		case "IDB":
			interfaces++
		case "EPB":
			packets = append(packets, PacketBlock{true, interfaces})
		case "SPB":
			packets = append(packets, PacketBlock{false, 1}) // of the first interface
		}
	}
	return packets
}

// Interfaces returns how many interfaces each section describes, those without left out.
func (d Description) Interfaces() string {
	section, count := -1, make(map[int]int)
	for _, b := range d.Blocks {
		switch b {
		case "SHB":
			section++
		case "IDB":
			count[section]++
		}
	}
	return fmt.Sprint(count)
}

// A Summary is what is compared of a summary record.
type Summary struct {
	Inputs []struct {
		Interfaces []struct {
			Section  int
			Received *uint64
		}
	}
}

// RunSummary runs the program over one capture and reads its summary record.
func RunSummary(program string, c Capture) (*Summary, error) {
	reply, err := ask(program, []string{"--format", "jsonl", c.Path})
	if err != nil {
		return nil, err
	}
	s := new(Summary)
	if err := json.Unmarshal(reply.Stdout, s); err != nil {
		return nil, err
	}
	if len(s.Inputs) != 1 {
		return nil, fmt.Errorf("%d inputs", len(s.Inputs))
	}
	return s, nil
}

// interfaces returns how many interfaces each section has, and whether any has statistics.
func (s *Summary) interfaces() (sections string, statistics bool) {
	count := make(map[int]int)
	for _, i := range s.Inputs[0].Interfaces {
		count[i.Section]++
		statistics = statistics || i.Received != nil
	}
	return fmt.Sprint(count), statistics
}

// CompareBlocks compares a file's description with what pcappipe read of it:
// whether it is whole, how many packets there are, which have a time, whether
// their interfaces are described before them, and what is known of interfaces.
func (s *Sheet) CompareBlocks(d Description, run *Run, summary *Summary) {
	packets := d.Packets()
	sections, statistics := summary.interfaces()
	s.Value("", "whole", fmt.Sprint(run.Status == 0), "true")
	s.Value("", "packets", fmt.Sprint(len(run.Frames)), fmt.Sprint(len(packets)))
	s.Value("", "interfaces", sections, d.Interfaces())
	s.Value("", "statistics", fmt.Sprint(statistics), fmt.Sprint(d.count("ISB") > 0))
	for i := range min(len(packets), len(run.Frames)) {
		f, where := &run.Frames[i], fmt.Sprintf("frame %d", i+1)
		s.Value(where, "time", fmt.Sprint(f.Time != ""), fmt.Sprint(packets[i].Timed))
		n, err := strconv.Atoi(f.Interface)
		s.Judge(where, "interface", f.Interface, fmt.Sprintf("below %d", packets[i].Interfaces), err == nil && n < packets[i].Interfaces)
	}
	s.Apart("blocks of names and custom ones, of which pcappipe writes nothing", d.count("NRB")+d.count("CB")+d.count("DCB"))
}
