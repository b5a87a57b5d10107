package output

import "slices"

// A token is a short text that is written over and over. It is copied as a
// block of fixed length, which is two moves instead of a call; what the block has
// beyond the text is overwritten by what follows.
type token struct {
	block [blockLen]byte
	len   uint8
}

// blockLen holds nearly all keys with their quotes and colon.
const blockLen = 32

// newToken returns the token of a text, and whether it fits.
func newToken(text string) (t token, fits bool) {
	t.len = uint8(copy(t.block[:], text))
	return t, int(t.len) == len(text)
}

// window is as far as an encoder writes without asking for more memory, with
// what is overwritten later. It takes an offset and what stands there, up to
// room, for granted where the offset is up to within, as the compiler does.
const (
	window = 2048
	within = window/2 - 1
	room   = 2*blockLen + longest
)

// reserve returns the memory of dst, with a window behind what is in it, and
// the length of that.
func reserve(dst []byte) (b []byte, n int) {
	if n = len(dst); cap(dst)-n < window {
		dst = slices.Grow(dst, window)
	}
	return dst[:cap(dst)], n
}

// append adds the token to dst.
func (t *token) append(dst []byte) []byte { return append(dst, t.block[:t.len]...) }
