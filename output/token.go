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

// put writes the token at the beginning of b and returns its length.
func (t *token) put(b *[blockLen]byte) int {
	copy32(b, &t.block)
	return int(t.len)
}

// append adds the token to dst.
func (t *token) append(dst []byte) []byte { return append(dst, t.block[:t.len]...) }

// A copy of up to sixteen bytes is a vector move. One of more, through pointers,
// the compiler makes a call, for it cannot know that they do not overlap.

func copy16(dst, src *[16]byte) { *dst = *src }

func copy32(dst, src *[32]byte) {
	copy16((*[16]byte)(dst[:16]), (*[16]byte)(src[:16]))
	copy16((*[16]byte)(dst[16:]), (*[16]byte)(src[16:]))
}

func copy64(dst, src *[64]byte) {
	copy32((*[32]byte)(dst[:32]), (*[32]byte)(src[:32]))
	copy32((*[32]byte)(dst[32:]), (*[32]byte)(src[32:]))
}

func copy128(dst, src *[128]byte) {
	copy64((*[64]byte)(dst[:64]), (*[64]byte)(src[:64]))
	copy64((*[64]byte)(dst[64:]), (*[64]byte)(src[64:]))
}

func copy256(dst, src *[256]byte) {
	copy128((*[128]byte)(dst[:128]), (*[128]byte)(src[:128]))
	copy128((*[128]byte)(dst[128:]), (*[128]byte)(src[128:]))
}
