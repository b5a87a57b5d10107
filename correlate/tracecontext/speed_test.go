package tracecontext

import "testing"

// others are fields of a browser's request, and some that begin as headers do which are read.
var others = []struct{ name, value string }{
	{"Host", "example.com"}, {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
	{"Accept", "text/html,application/xhtml+xml"}, {"Accept-Language", "en-US,en;q=0.5"}, {"Accept-Encoding", "gzip, deflate, br"},
	{"Referer", "https://example.com/"}, {"Connection", "keep-alive"}, {"Cookie", "a=b"}, {"Upgrade-Insecure-Requests", "1"},
	{"Sec-Fetch-Dest", "document"}, {"Sec-Fetch-Mode", "navigate"}, {"Sec-Fetch-Site", "same-origin"}, {"Priority", "u=0, i"},
	{"X-Forwarded-For", "10.0.0.1"}, {"X-Requested-With", "XMLHttpRequest"}, {"X-Cache-Status", "HIT"}, {"TE", "trailers"}, {"", ""},
}

func TestOtherFieldsCostNoMemory(t *testing.T) {
	var c Collector
	if n := testing.AllocsPerRun(100, func() {
		for _, f := range others {
			c.Field([]byte(f.name), []byte(f.value)) // not copied: the compiler sees that nothing is kept
		}
		if c.Contexts() != nil {
			t.Error("they say something")
		}
		c.Reset()
	}); n != 0 {
		t.Errorf("%v allocations a message", n)
	}
}

func TestAContextCostsItsIDsAndTheList(t *testing.T) {
	var c Collector
	name, value := "traceparent", w3c
	if n := testing.AllocsPerRun(100, func() {
		c.Field([]byte(name), []byte(value))
		if len(c.Contexts()) != 1 {
			t.Error("it says nothing")
		}
		c.Reset()
	}); n != 3 {
		t.Errorf("%v allocations a message", n)
	}
}

// The fields of a request without a trace.
func BenchmarkOtherFields(b *testing.B) {
	var c Collector
	for b.Loop() {
		for i := range others {
			c.Field([]byte(others[i].name), []byte(others[i].value))
		}
		c.Reset()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(others)), "ns/field")
}

// A traceparent and what becomes of it.
func BenchmarkTraceparent(b *testing.B) {
	var c Collector
	name, value := []byte("traceparent"), []byte(w3c)
	var all []Context
	for b.Loop() {
		c.Field(name, value)
		all = c.Contexts()
		c.Reset()
	}
	if len(all) != 1 {
		b.Error("it says nothing")
	}
}
