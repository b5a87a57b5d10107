package output

import (
	"io"
	"os"
	"slices"
)

// decodeBody decodes a body into its file, from memory where it is there as a whole.
func (b *Bodies) decodeBody(f *BodyFile, name BodyName, list []*coding, encoding string, whole bool) BodyResult {
	u := <-b.unpackers
	defer func() { b.unpackers <- u }()
	if slices.ContainsFunc(list, func(c *coding) bool { return c.window }) {
		u.windows = <-b.windows
		defer func() { b.windows <- u.windows }()
	}
	defer u.unstack()
	u.path = name.Append(u.path[:u.dir])
	var size uint64
	if held, all := b.hold(f, u); all {
		size = b.decodeHeld(f, u, list, held)
	} else {
		size = b.decodeFile(f, u, list)
	}
	err := u.ended(f, whole)
	switch {
	case size > 0:
		return BodyResult{File: string(name.Append(nil)), Size: size, Err: err}
	case err == "":
		return BodyResult{}
	}
	return b.leave(f, name, BodyResult{Encoding: encoding, Err: err})
}

// hold returns the bytes of a body of which none are in a file yet, and frees what
// they waited in. Or else all are in the file then.
func (b *Bodies) hold(f *BodyFile, u *unpacker) (held []byte, all bool) {
	h := b.backlog(&f.file)
	if h == nil {
		return nil, false
	}
	if all = h.start == 0 && uint64(h.length) == f.end; all {
		held = u.room()[:copy(u.room(), b.store.gather(h, u.room()))]
	} else {
		b.flush(h, 0)
	}
	b.store.drop(h)
	h.mu.Unlock()
	f.backlog = 0
	return held, all
}

// decodeHeld decodes bytes that are not in a file, and says how many it wrote. Where
// nothing can be decoded, it writes them as they are.
func (b *Bodies) decodeHeld(f *BodyFile, u *unpacker, list []*coding, held []byte) uint64 {
	u.held.Reset(held[:f.decodable()])
	size, op, err := u.decode(&u.held, f.decodable(), list, string(u.path))
	if err == nil && size == 0 && !u.complete(f) {
		op, err = u.write(0, held, 0)
	}
	b.failPath(u, op, err)
	return size
}

// decodeFile decodes what is in a file, beside it, and puts one in the place of the
// other if there is anything to put there.
func (b *Bodies) decodeFile(f *BodyFile, u *unpacker, list []*coding) uint64 {
	path := string(u.path)
	raw, err := os.Open(path)
	if err != nil {
		b.failPath(u, "open", err)
		return 0
	}
	beside := path + ".decoded"
	size, op, err := u.decode(io.LimitReader(raw, int64(f.decodable())), f.decodable(), list, beside)
	raw.Close()
	switch {
	case err != nil:
	case size > 0:
		op, err = "rename", os.Rename(beside, path)
	case u.complete(f):
		op, err = "remove", os.Remove(path)
	}
	b.failPath(u, op, err)
	return size
}

// decodable is how many bytes of it there are before any that are missing.
func (f *BodyFile) decodable() uint64 {
	if f.broken {
		return f.sound
	}
	return f.end
}

// failPath keeps an error about the unpacker's file.
func (b *Bodies) failPath(u *unpacker, op string, err error) {
	if err != nil {
		b.fail(op, string(u.path[u.dir:]), err)
	}
}
