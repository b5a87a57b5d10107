package output

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

// room is how many spare bytes a token and a number behind it need, as far as the
// compiler can tell: then it checks no bounds.
const room = 2*blockLen + longest

// put writes a token at the beginning of b and returns its length.
func (t *token) put(b *[room]byte) int {
	*(*[blockLen]byte)(b[:blockLen]) = t.block
	return int(t.len & (2*blockLen - 1)) // never more than blockLen, which the compiler cannot know
}
