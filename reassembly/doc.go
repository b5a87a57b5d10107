// Package reassembly puts together again what was sent in pieces: IP datagrams from
// their fragments, and TCP streams from their segments.
//
// # Streams
//
// A [Connection] is both directions of one TCP connection; an [Assembler] adds
// segments to any number of them, in the order of capture, and tells a [Consumer] what
// each direction consists of: bytes in order, and gaps. What is in order is handed on
// at once, without a copy; what is not waits, and a gap is told when its bytes cannot
// come any more: the receiver has acknowledged them, they were cut by the
// capture, too much waits behind them, or the connection is closed. Bytes are
// named by 64-bit offsets, which count from the initial sequence number, or, where
// the beginning is not in the capture, from the first segment seen.
//
// Bytes can come twice and differ. Which of them win is a [Policy] while they
// wait; what was handed on cannot be called back, so it wins. Either way the
// difference is recorded. Of two segments that wait, BSD, BSDRight and Windows take
// the new one if it begins before the old one; Linux also if it begins with it and
// reaches beyond it; Solaris if it reaches beyond it, or ends with it and does not begin
// behind it. A Windows since Vista is First.
//
// Every byte that a header announced is counted in
// one class of [Bytes], whatever became of it.
//
// The stream is what tshark's "follow" shows, but for this. What waits when the
// connection is closed is handed on, where tshark leaves it out. What stands behind a FIN or RST, or more than 2^30 bytes
// ahead, is no part of the stream. And where segments overlap, tshark has no policy: of those that have
// the next byte it takes the one that came first, to its end, and a segment
// that is next before any that wait.
//
// [Turns] is a Consumer that cuts a connection into what each side said before
// the other answered.
//
// # Datagrams
//
// [Datagrams] takes fragments of any number of datagrams and gives back each
// [Datagram] that is complete, or that is given up: at its time-out, for want of memory,
// or at the end.
//
// # Use
//
// Nothing here starts a goroutine, takes a lock, logs, or reads a clock. What is
// done depends on the input alone, not on what was done before: only memory goes
// round. Memory grows with bytes that came, never with a length that was announced.
package reassembly
