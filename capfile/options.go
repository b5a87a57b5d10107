package capfile

import (
	"strings"

	"github.com/pcappipe/pcappipe/frame"
)

// Options of pcapng blocks. The same numbers mean different things in different blocks.
const (
	optEnd     = 0
	optComment = 1

	optName        = 2 // interface
	optDescription = 3
	optResolution  = 9
	optFilter      = 11
	optFCS         = 13
	optOffset      = 14

	optReceived = 4 // statistics
	optDropped  = 5
	optOSDrop   = 7

	optFlags     = 2 // packet
	optHash      = 3
	optDrops     = 4
	optPacketID  = 5
	optQueue     = 6
	optVerdict   = 7
	optProcessID = 8
)

// walk calls each with every option of b, in order. each returns what is wrong with it.
func (s *blocks) walk(b []byte, each func(code uint16, value []byte) error) error {
	for len(b) > 0 {
		if len(b) < 4 {
			return ErrOption
		}
		code, size := s.uint16(b), int(s.uint16(b[2:]))
		padded := (size + 3) &^ 3
		if padded > len(b)-4 {
			return ErrOption
		}
		if code == optEnd {
			return nil
		}
		if custom(code) && size < 4 {
			return ErrOption
		}
		if err := each(code, b[4:4+size]); err != nil {
			return err
		}
		b = b[4+padded:]
	}
	return nil
}

// custom says whether an option begins with a private enterprise number.
func custom(code uint16) bool {
	const notToBeCopied = 0x4000
	code &^= notToBeCopied
	return code == 2988 || code == 2989
}

// packetOptions checks a packet's options. Its flags may say how long the FCS is.
func (s *blocks) packetOptions(b []byte, f *frame.Frame) (field string, err error) {
	err = s.walk(b, func(code uint16, value []byte) error {
		fits := true
		switch code {
		case optFlags:
			if fits = len(value) == 4; fits {
				if n := uint8(s.uint32(value) >> 5 & 0xf); n != 0 {
					f.FCS = n
				}
			}
		case optQueue:
			fits = len(value) == 4
		case optDrops, optPacketID, optProcessID:
			fits = len(value) == 8
		case optHash, optVerdict:
			fits = len(value) >= 1
		}
		if !fits {
			return ErrOption
		}
		return nil
	})
	if err != nil {
		return "packet option", err
	}
	return "", nil
}

// section begins a section.
func (s *blocks) section(b []byte, big bool) (field string, err error) {
	if len(b) < minSection {
		// The trailer is read in the order of the section that this block begins.
		return "block total length", ErrLength
	}
	next := &section{big: big}
	old, own := s.sec, s.own
	s.sec, s.own = next, true
	major, minor := s.uint16(b[12:]), s.uint16(b[14:])
	switch {
	case major != 1 || minor != 0 && minor != 2: // 1.2 is 1.0 with more kinds of blocks
		field, err = "version", ErrVersion
	case s.trailer(b[len(b)-4:]) != uint32(len(b)):
		field, err = "trailing block total length", ErrMismatch
	default:
		if err = s.walk(b[24:len(b)-4], func(uint16, []byte) error { return nil }); err != nil {
			field = "section option"
		}
	}
	if err != nil {
		s.sec, s.own = old, own
		return field, err
	}
	s.p.notes = append(s.p.notes, note{kind: noteSection})
	return "", nil
}

// describe adds an interface to the section.
func (s *blocks) describe(b []byte) (field string, err error) {
	if len(b) < minInterface {
		return "block total length", ErrLength
	}
	if len(s.sec.interfaces) >= maxInterfaces {
		return "interface description", ErrLength
	}
	n := note{kind: noteInterface}
	n.about.Link, n.about.SnapLen = frame.LinkType(s.uint16(b[8:])), s.uint32(b[12:])
	i := iface{link: n.about.Link, snap: n.about.SnapLen, max: maxLength(n.about.Link)}
	resolution, offset := uint8(6), int64(0)
	err = s.walk(b[16:len(b)-4], func(code uint16, value []byte) error {
		switch {
		case code == optName:
			n.about.Name = text(value)
		case code == optDescription:
			n.about.Description = text(value)
		case code == optComment:
			n.about.Comment = text(value)
		case code == optResolution && len(value) == 1:
			resolution = value[0]
		case code == optFCS && len(value) == 1:
			i.fcs = fcsBytes(value[0])
		case code == optOffset && len(value) == 8:
			offset = int64(s.uint64(value))
		case code == optFilter && len(value) == 0:
			return ErrOption
		}
		return nil
	})
	if err != nil {
		return "interface option", err
	}
	var known bool
	if i.clock, known = newClock(resolution, offset); !known {
		return "if_tsresol", ErrResolution
	}
	if s.trailer(b[len(b)-4:]) != uint32(len(b)) {
		return "trailing block total length", ErrMismatch
	}
	s.grow(i)
	s.p.notes = append(s.p.notes, n)
	return "", nil
}

// grow adds an interface to the table. A table that is not this run's own may be
// read by others at this moment, and is copied first.
func (s *blocks) grow(i iface) {
	old := s.sec.interfaces
	if !s.own {
		s.sec = &section{big: s.sec.big}
		old = append(make([]iface, 0, 2*len(old)+4), old...)
		s.own = true
	}
	s.sec.interfaces = append(old, i)
}

// fcsBytes reads if_fcslen, which counts bits; as the specification's example is
// 4, some writers give bytes, and no FCS is shorter than eight bits.
func fcsBytes(v uint8) uint8 {
	if v < 8 {
		return v
	}
	return v / 8
}

// statistics notes the counters of an interface.
func (s *blocks) statistics(b []byte) (field string, err error) {
	if len(b) < minStatistics {
		return "block total length", ErrLength
	}
	n := note{kind: noteStatistics}
	n.number = s.uint32(b[8:])
	n.about.Counted = true
	err = s.walk(b[20:len(b)-4], func(code uint16, value []byte) error {
		if len(value) == 8 {
			switch code {
			case optReceived:
				n.about.Received = s.uint64(value)
			case optDropped, optOSDrop:
				n.about.Dropped += s.uint64(value)
			}
		}
		return nil
	})
	if err != nil {
		return "statistics option", err
	}
	s.p.notes = append(s.p.notes, n)
	return "", nil
}

// text returns an option's text, cut at what is worth keeping.
func text(b []byte) string {
	const enough = 256
	return strings.ToValidUTF8(string(b[:min(len(b), enough)]), "\uFFFD")
}
