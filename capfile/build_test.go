package capfile

import (
	"encoding/binary"
)

// An order builds integers in one byte order.
type order interface {
	binary.ByteOrder
	binary.AppendByteOrder
}

var (
	little order = binary.LittleEndian
	big    order = binary.BigEndian
)

// A capture builds a file, piece by piece, in one byte order.
type capture struct {
	order order
	b     []byte
}

func (c *capture) u16(v ...uint16) *capture {
	for _, x := range v {
		c.b = c.order.AppendUint16(c.b, x)
	}
	return c
}

func (c *capture) u32(v ...uint32) *capture {
	for _, x := range v {
		c.b = c.order.AppendUint32(c.b, x)
	}
	return c
}

func (c *capture) u64(v uint64) *capture {
	c.b = c.order.AppendUint64(c.b, v)
	return c
}

func (c *capture) bytes(b []byte) *capture {
	c.b = append(c.b, b...)
	return c
}

func (c *capture) pad() *capture {
	for len(c.b)%4 != 0 {
		c.b = append(c.b, 0)
	}
	return c
}

// newPcap begins a pcap file of version 2.4.
func newPcap(o order, magic, network uint32) *capture {
	c := &capture{order: o}
	return c.u32(magic).u16(2, 4).u32(0, 0, 65535, network)
}

// record adds a pcap record.
func (c *capture) record(seconds, fraction uint32, data []byte) *capture {
	return c.u32(seconds, fraction, uint32(len(data)), uint32(len(data))).bytes(data)
}

// block adds a pcapng block: its body is padded.
func (c *capture) block(kind uint32, body []byte) *capture {
	n := uint32(12 + (len(body)+3)&^3)
	return c.u32(kind, n).bytes(body).pad().u32(n)
}

// option adds an option to a body.
func (c *capture) option(code uint16, value []byte) *capture {
	return c.u16(code, uint16(len(value))).bytes(value).pad()
}

func newPcapng(o order) *capture { return (&capture{order: o}).shb() }

// body builds a block's body.
func (c *capture) body() *capture { return &capture{order: c.order} }

func (c *capture) shb() *capture {
	return c.block(blockSection, c.body().u32(byteOrderMagic).u16(1, 0).u64(1<<64-1).b)
}

// section begins a section in another byte order.
func (c *capture) sectionIn(o order) *capture {
	c.order = o
	return c.shb()
}

// idb describes an interface; options are code, value, code, value, …
func (c *capture) idb(link uint16, snap uint32, options ...any) *capture {
	b := c.body().u16(link, 0).u32(snap)
	for i := 0; i < len(options); i += 2 {
		b.option(uint16(options[i].(int)), options[i+1].([]byte))
	}
	return c.block(blockInterface, b.b)
}

func (c *capture) epb(number uint32, time uint64, data []byte, options ...any) *capture {
	b := c.body().u32(number, uint32(time>>32), uint32(time), uint32(len(data)), uint32(len(data))).bytes(data).pad()
	for i := 0; i < len(options); i += 2 {
		b.option(uint16(options[i].(int)), options[i+1].([]byte))
	}
	return c.block(blockEnhanced, b.b)
}

func (c *capture) spb(wire uint32, data []byte) *capture {
	return c.block(blockSimple, c.body().u32(wire).bytes(data).b)
}

// payload is n bytes that look like no record: text-like, and different each time.
func payload(n, seed int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('a' + (i*7+seed*13)%26)
	}
	return b
}
