package decoder

import "strings"

// A path is the protocols of a packet, outer to inner, and zeros behind them.
type path [maxLayers]Protocol

// Stacks counts frames by their path. What the batch knows of a path is in
// known; in front of it stands a small table for paths of up to eight layers, which
// are numbers and nearly all there are, so that counting a frame takes one
// comparison. Texts are kept between batches. Neither table changes a result.
type stacks struct {
	recent [recentStacks]recentStack
	epoch  uint64 // the batch
	result *Result
	known  map[path]uint32     // places in result.Stacks
	direct [directKinds]uint32 // the same of direct frames, from 1
	texts  map[path]string
}

const (
	recentBits   = 6
	recentStacks = 1 << recentBits
	// maxTexts bounds what is kept between batches: real captures know some hundred stacks.
	maxTexts = 4096
)

type recentStack struct {
	key   uint64 // the path's protocols, a byte each
	epoch uint64
	stack uint32
}

func (s *stacks) init() { s.known, s.texts = map[path]uint32{}, map[path]string{} }

// begin makes r, which is empty, the result that is counted in.
func (s *stacks) begin(r *Result) {
	s.epoch++
	s.result = r
	clear(s.known)
	s.direct = [directKinds]uint32{}
}

// count counts a frame of so many bytes with n layers, and returns its stack's
// place in r.Stacks. The key is the last eight layers of the path.
func (s *stacks) count(key uint64, p *path, n uint8, r *Result, bytes int) uint32 {
	if s.result != r {
		s.begin(r)
	}
	const golden = 0x9e3779b97f4a7c15
	var stack uint32
	if e := &s.recent[key*golden>>(64-recentBits)]; n > 8 { // the key tells only a part of it
		stack = s.place(p, n, r)
	} else {
		if e.key != key || e.epoch != s.epoch {
			*e = recentStack{key, s.epoch, s.place(p, n, r)}
		}
		stack = e.stack
	}
	k := &r.Stacks[stack]
	k.Frames++
	k.Bytes += uint64(bytes)
	return stack
}

// countDirect is count for a direct frame.
func (s *stacks) countDirect(as *direct, r *Result, bytes int) uint32 {
	if s.result != r {
		s.begin(r)
	}
	if s.direct[as.kind] == 0 {
		s.direct[as.kind] = s.place(&as.path, 3, r) + 1
	}
	stack := s.direct[as.kind] - 1
	k := &r.Stacks[stack]
	k.Frames++
	k.Bytes += uint64(bytes)
	return stack
}

// place finds or makes the stack of a path. A label stack has one name, as
// frame.protocols has it.
func (s *stacks) place(p *path, n uint8, r *Result) uint32 {
	var short path
	k := 0
	for _, protocol := range p[:n] {
		if protocol == MPLS && k > 0 && short[k-1] == MPLS {
			continue
		}
		short[k] = protocol
		k++
	}
	i, known := s.known[short]
	if !known {
		i = uint32(len(r.Stacks))
		r.Stacks = append(r.Stacks, Stack{Path: s.text(&short)})
		s.known[short] = i
	}
	return i
}

// text returns the names of a path.
func (s *stacks) text(p *path) string {
	text, known := s.texts[*p]
	if !known {
		var all []string
		for _, protocol := range p {
			if protocol != 0 {
				all = append(all, protocol.String())
			}
		}
		text = strings.Join(all, ":")
		if len(s.texts) == maxTexts {
			clear(s.texts)
		}
		s.texts[*p] = text
	}
	return text
}
