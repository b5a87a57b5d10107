package output

// message adds a line that tells of the record.
func (e *cloudLogging) message(dst []byte) []byte {
	switch e.kind {
	case "frame":
		return e.frame(dst)
	case "flow":
		return e.flow(dst)
	case "datagram":
		return e.datagram(dst)
	case "stream":
		return e.stream(dst)
	case "turn":
		return e.turn(dst)
	case "exchange":
		return e.exchange(dst)
	case "trace":
		return e.joined(dst)
	case "summary":
		return e.summary(dst)
	}
	dst, _ = appendText(dst, []byte(e.kind))
	return dst
}

// flow adds a flow: between whom, what became of it, what each end sent, how long it took.
//
//	flow:3 | TCP | 10.77.0.2:47354 > 10.77.0.1:8080 | http | SF | packets:10/8 | bytes:120/3400 | 0.304000000s
func (e *cloudLogging) flow(dst []byte) []byte {
	dst = appendUint(append(dst, "flow:"...), e.number(termFlow))
	if e.has(termProto) {
		dst = appendUpper(append(dst, " | "...), e.bytes(termProto))
	}
	if e.has(termOrigHost, termRespHost) {
		dst = e.hosts(append(dst, " | "...))
	}
	dst = e.part(dst, " | ", termService)
	dst = e.part(dst, " | ", termState)
	dst = e.pair(dst, " | packets:", termOrigPackets, termRespPackets)
	dst = e.pair(dst, " | bytes:", termOrigBytes, termRespBytes)
	return e.elapsed(dst)
}

// hosts adds originator and responder, or source and destination. The ports of ICMP are none.
func (e *cloudLogging) hosts(dst []byte) []byte {
	ports := e.has(termOrigPort, termRespPort) && string(e.bytes(termProto)) != "icmp"
	dst = appendAddress(dst, e.bytes(termOrigHost))
	if ports {
		dst = appendUint(append(dst, ':'), e.number(termOrigPort))
	}
	dst = appendAddress(append(dst, " > "...), e.bytes(termRespHost))
	if ports {
		dst = appendUint(append(dst, ':'), e.number(termRespPort))
	}
	return dst
}

// datagram adds a datagram that came in fragments.
//
//	datagram | 10.0.0.1 > 10.0.0.2 | bytes:3008 | timeout
func (e *cloudLogging) datagram(dst []byte) []byte {
	dst = append(dst, "datagram"...)
	if e.has(termOrigHost, termRespHost) {
		dst = e.hosts(append(dst, " | "...))
	}
	dst = e.count(dst, " | bytes:", termLength)
	return e.part(dst, " | ", termOutcome)
}

// stream adds one direction of a connection.
//
//	flow:3 | stream orig | bytes:3400 | missed:120
func (e *cloudLogging) stream(dst []byte) []byte {
	dst = appendUint(append(dst, "flow:"...), e.number(termFlow))
	dst = e.part(append(dst, " | stream"...), " ", termDirection)
	dst = e.count(dst, " | bytes:", termLength)
	if e.number(termMissed) > 0 {
		dst = e.count(dst, " | missed:", termMissed)
	}
	return dst
}

// turn adds what one side sent until the other answered.
//
//	flow:3 | turn resp | bytes:0-143
func (e *cloudLogging) turn(dst []byte) []byte {
	dst = appendUint(append(dst, "flow:"...), e.number(termFlow))
	dst = e.part(append(dst, " | turn"...), " ", termDirection)
	if e.has(termStart, termEnd) {
		dst = appendUint(append(dst, " | bytes:"...), e.number(termStart))
		dst = appendUint(append(dst, '-'), e.number(termEnd))
	}
	if e.denied(termComplete) {
		dst = append(dst, " | incomplete"...)
	}
	return dst
}

// exchange adds a request and what became of it.
//
//	exchange:3.1 | HTTP/1.1 GET http://10.77.0.1:8080/a?b=c | 201 | 0.000498000s
//	exchange:3.2 | HTTP/1.1 GET http://10.77.0.1:8080/d | aborted rst
func (e *cloudLogging) exchange(dst []byte) []byte {
	dst = e.text(append(dst, "exchange:"...), termExchange)
	dst = e.part(append(dst, " | HTTP"...), "/", termHTTPVersion)
	if e.has(termMethod) {
		dst = e.method(append(dst, ' '))
	}
	if e.has(termServer) || e.has(termPath) {
		dst = e.url(append(dst, ' '))
	}
	dst = e.count(dst, " | ", termStatus)
	if string(e.bytes(termOutcome)) != "responded" {
		dst = e.part(dst, " | ", termOutcome)
		dst = e.part(dst, " ", termEndReason)
	}
	dst = e.part(dst, " | ", termRPC)
	dst = e.part(dst, " ", termRPCMethod)
	dst = e.part(dst, " ", termRPCStatus)
	return e.elapsed(dst)
}

// joined adds the exchanges of one trace.
//
//	trace:105445aa7843bc8bf206b12000100000 | exchanges:12 | 0.304000000s | continued
func (e *cloudLogging) joined(dst []byte) []byte {
	dst = e.text(append(dst, "trace:"...), termTrace)
	dst = appendUint(append(dst, " | exchanges:"...), uint64(e.counts[termMembers]))
	dst = e.elapsed(dst)
	if e.number(termContinued) > 0 {
		dst = append(dst, " | continued"...)
	}
	return dst
}

// summary adds what a run read.
//
//	frames:1024 | bytes:90210 | flows:17 | damaged
func (e *cloudLogging) summary(dst []byte) []byte {
	dst = appendUint(append(dst, "frames:"...), e.number(termFrames))
	dst = e.count(dst, " | bytes:", termBytes)
	dst = e.count(dst, " | flows:", termFlows)
	if e.has(termDamage) {
		dst = append(dst, " | damaged"...)
	}
	if e.number(termInterrupted) > 0 {
		dst = append(dst, " | interrupted"...)
	}
	if e.denied(termBalances) {
		dst = append(dst, " | does not balance"...)
	}
	return dst
}

// part adds a text behind its prefix, where it is there.
func (e *cloudLogging) part(dst []byte, prefix string, t term) []byte {
	if !e.has(t) {
		return dst
	}
	return e.text(append(dst, prefix...), t)
}

// count adds a number behind its prefix, where it is there.
func (e *cloudLogging) count(dst []byte, prefix string, t term) []byte {
	if !e.has(t) {
		return dst
	}
	return appendUint(append(dst, prefix...), e.number(t))
}

// pair adds the numbers of both ends, where one of them is there.
func (e *cloudLogging) pair(dst []byte, prefix string, orig, resp term) []byte {
	if !e.has(orig) && !e.has(resp) {
		return dst
	}
	dst = appendUint(append(dst, prefix...), e.number(orig))
	return appendUint(append(dst, '/'), e.number(resp))
}

// elapsed adds how long it took.
func (e *cloudLogging) elapsed(dst []byte) []byte {
	if !e.has(termDuration) {
		return dst
	}
	return append(appendSeconds(append(dst, " | "...), int64(e.number(termDuration))), 's')
}

// appendUpper adds a text in capitals, where it is one that stands as it is.
func appendUpper(dst, s []byte) []byte {
	from := len(dst)
	dst, _ = appendText(dst, s)
	if plain(s) < len(s) {
		return dst
	}
	for i, c := range dst[from:] {
		if 'a' <= c && c <= 'z' {
			dst[from+i] = c - 'a' + 'A'
		}
	}
	return dst
}
