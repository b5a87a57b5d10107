package correlate

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// methods are those that OpenTelemetry's semantic conventions know: of RFC 9110, PATCH and QUERY.
var methods = []string{"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE", "QUERY"}

// knownMethod returns the method as records tell it, in memory of its own.
// Methods are case-sensitive.
func knownMethod(method string) string {
	if i := slices.Index(methods, method); i >= 0 {
		return methods[i]
	}
	return "_OTHER"
}

// scheme returns the one that the request tells. HTTP/1 tells one only to
// proxies; else it is that of a connection that is not secured (RFC 9112, 3.3). CONNECT has none.
func (e *Exchange) scheme() string {
	if e.Scheme != "" || e.Multiplexed || e.Method == "" || e.Method == "CONNECT" {
		return e.Scheme
	}
	return "http"
}

// server returns the host that the request is for, and its port if that is known.
func (e *Exchange) server(of *ExchangeOf) (host string, port uint16, known bool) {
	host, digits, fit := splitAuthority(e.Authority)
	if host == "" {
		addr, _ := netip.AddrFromSlice(of.ServerAddress)
		return addr.String(), of.ServerPort, true
	}
	if !fit {
		return host, 0, false
	}
	if digits != "" {
		n, err := strconv.ParseUint(digits, 10, 16)
		return host, uint16(n), err == nil
	}
	port, known = defaultPorts[strings.ToLower(e.scheme())]
	return host, port, known
}

// defaultPorts are those of the schemes of RFC 9110, 4.2.
var defaultPorts = map[string]uint16{"http": 80, "https": 443}

// splitAuthority returns an authority's host, without the brackets that an
// IPv6 address has, and its port (RFC 3986, 3.2). One that has another form is unfit,
// and a host as a whole.
func splitAuthority(authority string) (host, port string, fit bool) {
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	host, port, _ = strings.Cut(authority, ":")
	if strings.HasPrefix(authority, "[") {
		inside, behind, closed := strings.Cut(authority[1:], "]")
		if !closed || behind != "" && behind[0] != ':' {
			return authority, "", false
		}
		host, port = inside, strings.TrimPrefix(behind, ":")
	}
	if strings.Trim(port, "0123456789") != "" {
		return authority, "", false
	}
	return host, port, true
}
