package output

import "bytes"

// request adds the HttpRequest of an exchange's entry. Its sizes are texts, as all
// numbers of 64 bits are in protobuf's JSON.
func (e *cloudLogging) request(dst []byte) []byte {
	dst = append(dst, `"httpRequest":{`...)
	if e.has(termMethod) {
		dst = append(e.method(append(dst, `"requestMethod":"`...)), '"', ',')
	}
	if e.has(termServer) || e.has(termPath) {
		dst = append(e.url(append(dst, `"requestUrl":"`...)), '"', ',')
	}
	dst = e.size(dst, `"requestSize":"`, termRequestSize)
	if e.has(termStatus) {
		dst = append(appendUint(append(dst, `"status":`...), e.number(termStatus)), ',')
	}
	dst = e.size(dst, `"responseSize":"`, termResponseSize)
	if e.has(termUserAgent) {
		dst = append(e.text(append(dst, `"userAgent":"`...), termUserAgent), '"', ',')
	}
	if e.has(termClient) {
		dst = append(appendAddress(append(dst, `"remoteIp":"`...), e.bytes(termClient)), '"', ',')
	}
	if e.has(termPeer) {
		dst = append(appendAddress(append(dst, `"serverIp":"`...), e.bytes(termPeer)), '"', ',')
	}
	if e.has(termStatus, termDuration) { // without a response it is how long was waited
		dst = append(appendSeconds(append(dst, `"latency":"`...), int64(e.number(termDuration))), `s",`...)
	}
	if e.has(termHTTPVersion) {
		dst = append(e.text(append(dst, `"protocol":"HTTP/`...), termHTTPVersion), '"', ',')
	}
	return append(closeObject(dst), ',')
}

func (e *cloudLogging) size(dst []byte, key string, t term) []byte {
	if !e.has(t) {
		return dst
	}
	return append(appendUint(append(dst, key...), e.number(t)), '"', ',')
}

// method adds the method as it was sent.
func (e *cloudLogging) method(dst []byte) []byte {
	if e.has(termMethodOriginal) {
		return e.text(dst, termMethodOriginal)
	}
	return e.text(dst, termMethod)
}

// url adds what the request is for: scheme, host, the port where it is not the
// scheme's, path and query, as far as they are known.
func (e *cloudLogging) url(dst []byte) []byte {
	if host := e.bytes(termServer); len(host) > 0 {
		if e.has(termScheme) {
			dst = append(e.text(dst, termScheme), ':')
		}
		dst = append(dst, '/', '/')
		if bytes.IndexByte(host, ':') >= 0 && host[0] != '[' {
			dst = append(e.text(append(dst, '['), termServer), ']')
		} else {
			dst = e.text(dst, termServer)
		}
		if port := e.number(termServerPort); port != 0 && port != usual(e.bytes(termScheme)) {
			dst = appendUint(append(dst, ':'), port)
		}
	}
	if path := e.bytes(termPath); len(path) > 0 && path[0] == '/' {
		dst = e.text(dst, termPath)
	}
	if e.has(termQuery) {
		dst = e.text(append(dst, '?'), termQuery)
	}
	return dst
}

// usual returns a scheme's port.
func usual(scheme []byte) uint64 {
	switch string(scheme) {
	case "http":
		return 80
	case "https":
		return 443
	}
	return 0
}
