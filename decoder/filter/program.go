package filter

import "encoding/binary"

// An op says what an instruction looks at.
type op uint8

const (
	opReject   op = iota // the verdict: no
	opAccept             // the verdict: yes
	opByte               // data[off]
	opHalf               // two bytes at off
	opWord               // four bytes at off
	opAway               // 1, 2 or 4 bytes (size) at off from a register
	opPort               // two bytes at off from the end of the IPv4 header at hdr
	opIPv4               // the same for 1 or 4 bytes
	opLen                // the length on the wire
	opRelation           // 1 if relation holds, else 0
	opChain4             // 1 if next is in the header chain of the IPv4 header at hdr
	opChain6             // the same for IPv6
	opGeneve4            // 1, and reg and the two after it tell what Geneve carries
	opGeneve6            // the same where IPv6 carries it
	opDiffer             // 1 if reg and the register after it differ
)

// An instr looks at one number and goes on at jt where
// number&mask is in [lo, lo+width], else at jf. One unsigned comparison serves
// =, <, > and ranges of ports alike.
type instr struct {
	relation *relation
	off, hdr uint32
	mask     uint32
	lo       uint32
	width    uint32
	jt, jf   uint32
	op       op
	reg      uint8 // register added to off and hdr; 0 is always zero
	out      uint8 // first of the three registers that opGeneve sets
	size     uint8
	next     uint8 // protocol that opChain looks for
}

// registers hold where layers stand that have no fixed place. Register 0 stays 0.
type registers [16]uint32

const (
	regHeader  = 1 // 802.11 header
	regPayload = 2 // what the link layer carries
	regFree    = 3 // and up: for Geneve
)

// A program is what an expression means on one link type. Every jump goes
// towards the start of code, so it ends.
type program struct {
	code     []instr
	entry    uint32
	prologue prologue
}

// The first two instructions of every program.
const (
	rejects = 0
	accepts = 1
)

var verdicts = []instr{rejects: {op: opReject}, accepts: {op: opAccept}}

// run gives the verdict on a frame. Reading past its end is a no, wherever
// in the expression it happens.
func (p *program) run(data []byte, wire uint32) bool {
	var regs registers
	if p.prologue.needed && !regs.prepare(p.prologue, data) {
		return false
	}
	for pc := p.entry; ; {
		in := &p.code[pc]
		var v uint32
		at, size := uint64(in.off), uint64(len(data))
		switch in.op {
		case opReject:
			return false
		case opAccept:
			return true
		case opByte:
			if at >= size {
				return false
			}
			v = uint32(data[at])
		case opHalf:
			if at+2 > size {
				return false
			}
			v = uint32(binary.BigEndian.Uint16(data[at:]))
		case opWord:
			if at+4 > size {
				return false
			}
			v = binary.BigEndian.Uint32(data[at:])
		case opPort:
			h := uint64(regs[in.reg&15]) + uint64(in.hdr)
			if h >= size {
				return false
			}
			at += uint64(regs[in.reg&15] + uint32(data[h]&15)*4)
			if at+2 > size {
				return false
			}
			v = uint32(binary.BigEndian.Uint16(data[at:]))
		case opLen:
			v = wire
		default:
			var ok bool
			if v, ok = in.look(data, wire, &regs); !ok {
				return false
			}
		}
		if v&in.mask-in.lo <= in.width {
			pc = in.jt
		} else {
			pc = in.jf
		}
	}
}

// look runs the rarer instructions.
func (in *instr) look(data []byte, wire uint32, regs *registers) (uint32, bool) {
	switch in.op {
	case opAway:
		return load(data, uint64(regs[in.reg&15])+uint64(in.off), in.size)
	case opIPv4:
		first, ok := load(data, uint64(regs[in.reg&15])+uint64(in.hdr), 1)
		if !ok {
			return 0, false
		}
		return load(data, uint64(regs[in.reg&15]+first&15*4)+uint64(in.off), in.size)
	case opRelation:
		return in.relation.holds(data, wire, regs)
	case opChain4, opChain6:
		return chain(data, in.hdr, in.next, in.op == opChain6)
	case opGeneve4, opGeneve6:
		return regs.geneve(data, in)
	case opDiffer:
		return truth(regs[in.reg&15] != regs[(in.reg+1)&15]), true
	}
	return 0, false
}

// load reads a big-endian number of 1, 2 or 4 bytes.
func load(data []byte, at uint64, size uint8) (uint32, bool) {
	if at+uint64(size) > uint64(len(data)) {
		return 0, false
	}
	switch b := data[at:]; size {
	case 1:
		return uint32(b[0]), true
	case 2:
		return uint32(binary.BigEndian.Uint16(b)), true
	default:
		return binary.BigEndian.Uint32(b), true
	}
}

func truth(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}
