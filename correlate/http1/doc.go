// Package http1 finds the messages of HTTP/1.0 and HTTP/1.1 (RFC 9112) in one
// direction of a TCP stream.
//
// A [Parser] is pushed: it is given the stream's bytes as they come, cut
// anywhere, and tells a [Handler] what they are. Where the stream is cut makes
// no difference to what is told, but for how bodies and runs of bytes are cut;
// only the search for a message in a stream whose framing was lost also looks
// where a call begins.
//
// All slices that a Handler is shown are views, which die with the call. A body
// is never kept; of a head, a trailer section or a start line that is being
// looked for, what has come so far is, at most 256 KiB, and is charged. What is
// given a length by the peer is counted, never allocated.
//
// It reads what real peers send rather than what they should send: a message
// that one of the two ends has understood is worth telling. It takes a bare LF
// for CRLF, empty lines before a message, white space before a colon, lines
// without a colon, folded lines, any token as a method, any bytes in a target,
// spaces too, no target, no reason, and a second Content-Length that says the
// same. Transfer-Encoding goes before Content-Length, in HTTP/1.0 too.
//
// It refuses what is no HTTP/1: other versions, a request without one (HTTP/0.9;
// tshark and Zeek take a few of those), a status of other than three digits. And
// it refuses framing on which two readers would disagree: lengths that differ or
// are no numbers, a request whose last transfer coding is not chunked, a chunk
// without a size or of 2^60 bytes, data that is longer than its chunk. The
// message then ends, and the next is searched for. (llhttp, which serves, also
// refuses a bare LF, white space before a colon and a space in a target.)
package http1
