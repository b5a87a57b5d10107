package http2

import "strings"

// maxBlock is how much of a header block is looked at, as it is sent and as it is decoded. No
// server takes as much (16 KiB and 64 KiB are usual).
const maxBlock = 256 << 10

// A block is a header block on its way: HEADERS or PUSH_PROMISE, and the CONTINUATION
// frames that follow.
type block struct {
	open      bool
	endStream bool
	nameless  bool // it is not known which stream it promises
	lost      bool // a part of it is missing, and nothing behind that is kept
	stream    uint32
	promised  uint32
	text      []byte // of it, as far as it came; empty where it comes as a whole
}

func (b *block) begin(f frame, promised uint32) {
	b.open, b.stream, b.promised = true, f.stream, promised
	b.endStream = f.kind == headers && f.has(flagEndStream)
}

func (b *block) empty() bool { return len(b.text) == 0 && !b.lost }

func (b *block) add(text []byte) {
	if b.lost {
		return
	}
	if room := maxBlock - len(b.text); len(text) > room {
		text, b.lost = text[:room], true
	}
	b.text = append(b.text, text...)
}

func (b *block) reset() {
	const keep = 4 << 10
	text := b.text[:0]
	if cap(text) > keep {
		text = nil
	}
	*b = block{text: text}
}

func (b *block) charge() int64 { return int64(len(b.text)) }

// headers decodes the block: whole, or what was kept of it.
func (b *block) headers(d *decoder, whole []byte) Headers {
	if whole == nil {
		whole = b.text
	}
	if len(whole) > maxBlock {
		whole, b.lost = whole[:maxBlock], true
	}
	fields, complete := d.decode(whole)
	if d.refused {
		b.lost = true
	}
	h := Headers{Stream: b.stream, Promised: b.promised, Fields: fields, EndStream: b.endStream}
	h.Partial = b.lost || !complete
	h.Trailers = b.promised == 0 && trailers(&h)
	return h
}

// trailers says whether a block ends a message and is not its head, which begins with
// pseudo-header fields (RFC 9113, 8.1). Where that is not to be seen, a block that ends its
// stream is taken for trailers.
func trailers(h *Headers) bool {
	for _, f := range h.Fields {
		if strings.HasPrefix(f.Name, ":") {
			return false
		}
	}
	if len(h.Fields) > 0 && !h.Fields[0].Unknown {
		return true
	}
	return h.EndStream
}
