package secondopinion

import (
	"encoding/json"
	"strconv"
	"strings"
)

// A harEntry is what is compared of an entry of an HTTP Archive (HAR 1.2).
type harEntry struct {
	Request struct {
		Method, URL string
		Version     string `json:"httpVersion"`
		Headers     harHeaders
		Body        int `json:"bodySize"`
	}
	Response struct {
		Status  int
		Headers harHeaders
		Body    int `json:"bodySize"`
		Content struct{ Size int }
	}
}

type harHeaders []struct{ Name, Value string }

// get returns the value of a header, "" if there is none.
func (list harHeaders) get(name string) string {
	for _, h := range list {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// ParseHAR reads the entries of an HTTP Archive. It does not tell ends. A size
// is left out where the content is encoded, of which pcap2har gives the size
// that it has decoded.
func ParseHAR(text []byte) (Accounts, error) {
	var archive struct {
		Log struct{ Entries []harEntry }
	}
	if err := json.Unmarshal(text, &archive); err != nil {
		return nil, err
	}
	var list []Account
	for i := range archive.Log.Entries {
		e := &archive.Log.Entries[i]
		a := Account{
			"version": strings.TrimPrefix(e.Request.Version, "HTTP/"), "user agent": e.Request.Headers.get("User-Agent"),
			"status": strconv.Itoa(e.Response.Status), "request body": strconv.Itoa(e.Request.Body),
		}
		a.ask(e.Request.Method, e.Request.URL, "")
		if e.Response.Headers.get("Content-Encoding") == "" {
			a["response body"] = strconv.Itoa(e.Response.Body)
		}
		list = append(list, a)
	}
	return Accounts{Link{}: list}, nil
}
