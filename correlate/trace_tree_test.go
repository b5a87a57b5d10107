package correlate

import (
	"strings"
	"testing"
)

func TestTreesOfTraces(t *testing.T) {
	for _, row := range []struct{ name, script, want string }{
		{"a chain of services, each with a span of its own", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-60 span=s2
			3.1 C>D 20-30 span=s3`, `
			1.1 self 50
			  2.1 time self 40
			    3.1 time self 10`},
		{"one that asks two at once: they are no parents of each other", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-60 span=s2
			3.1 B>D 20-40 span=s3`, `
			1.1 self 50
			  2.1 time self 50
			  3.1 time self 20`},
		{"likewise where the request that they are for was not captured", `
			2.1 B>C 10-60 span=s2
			3.1 B>D 20-40 span=s3`, `
			2.1 self 50
			3.1 self 20`},
		{"two requests at once to one service: the one that was served when it asked, if that can be told", `
			1.1 A>B 0-100 span=s1
			2.1 A>B 20-90 span=s2
			3.1 B>C 10-15 span=s3
			4.1 B>C 30-40 span=s4`, `
			1.1 self 95
			  3.1 time self 5
			2.1 self 60
			  4.1 time self 10`},
		{"whose server is the client goes before who is shorter", `
			1.1 A>B 0-100 span=s1
			2.1 A>E 10-90 span=s2
			3.1 B>C 20-30 span=s3`, `
			1.1 self 90
			  3.1 time self 10
			2.1 self 80`},
		{"behind another address, what merely encloses it", `
			1.1 A>B 0-100 span=s1
			2.1 E>C 20-30 span=s2`, `
			1.1 self 90
			  2.1 time self 10`},
		{"two clients that ask one server at once: neither is for the other", `
			1.1 A>B 0-100 span=s1
			2.1 E>C 10-60 span=s2
			3.1 D>C 20-40 span=s3`, `
			1.1 self 50
			  2.1 time self 50
			  3.1 time self 20`},
		{"what only begins inside is no child", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 50-101 span=s2`, `
			1.1 self 100
			2.1 self 51`},
		{"a proxy that passes headers on", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-60 span=s1
			3.1 B>D 20-40 span=s1`, `
			1.1 self 50
			  2.1 span self 50
			  3.1 span self 20`},
		{"a proxy with two addresses", `
			1.1 A>B 0-100 span=s1
			2.1 E>C 10-60 span=s1`, `
			1.1 self 50
			  2.1 span self 50`},
		{"all captured at two places", `
			1.1 A>B 0-100 span=s1
			2.1 A:1>B 1-99 span=s1
			3.1 B>C 10-60 span=s2
			4.1 B:3>C 11-59 span=s2`, `
			1.1 self 2
			  2.1 span self 48
			    3.1 time self 2
			      4.1 span self 48`},
		{"captured before and behind an address that stands for another, without spans", `
			1.1 A>B 0-100
			2.1 A:1>C 1-99`, `
			1.1 self 2
			  2.1 time self 98`},
		{"headers that tell the parent", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-60 span=s2 from=s1
			3.1 C>D 20-30 span=s3 from=s1`, `
			1.1 self 50
			  2.1 span self 50
			  3.1 span self 10`},
		{"headers that tell it, of what comes after the response", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 110-160 span=s2 from=s1`, `
			1.1 self 100
			  2.1 span self 50`},
		{"a parent that was captured twice: the inner", `
			1.1 A>B 0-100 span=s1
			2.1 A:1>B 1-99 span=s1
			3.1 B>C 10-60 span=s2 from=s1`, `
			1.1 self 2
			  2.1 span self 48
			    3.1 span self 50`},
		{"a parent that was not captured", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-60 span=s3 from=s2`, `
			1.1 self 50
			  2.1 time self 50`},
		{"headers that tell nonsense: each is the other's parent, or its own", `
			1.1 A>B 0-100 span=s1 from=s2
			2.1 B>C 110-160 span=s2 from=s1
			3.1 B>C 170-180 span=s3 from=s3`, `
			2.1 self 50
			  1.1 span self 100
			3.1 self 10`},
		{"streams of one connection", `
			1.1 A>A 0-100 span=s1
			1.2 A>A 10-60 span=s1
			1.3 A>A 20-40 span=s2`, `
			1.1 self 100
			1.2 self 50
			1.3 self 20`},
		{"all on one host, where services have ports", `
			1.1 A>A:80 0-100 span=s1
			2.1 A>A:81 10-60 span=s2
			3.1 A>A:81 20-40 span=s3
			4.1 A>A:82 22-30 span=s4
			5.1 A>A:82 24-28 span=s4`, `
			1.1 self 50
			  2.1 time self 50
			  3.1 time self 12
			    4.1 time self 8
			    5.1 time self 4`},
		{"at the very same time: by their numbers", `
			2.1 B>C 0-100 span=s2
			1.1 A>B 0-100 span=s1`, `
			1.1 self 0
			  2.1 time self 100`},
		{"without times, and without ids", `
			1.1 A>B span=s1
			2.1 B>C span=s2 from=s1
			3.1 A>B
			4.1 B>C 0-10
			5.1 C>D 1-9`, `
			4.1 self 2
			  5.1 time self 8
			1.1
			  2.1 span
			3.1`},
		{"children that overlap, and one that lasts longer than its parent", `
			1.1 A>B 0-100 span=s1
			2.1 B>C 10-30 span=s2
			3.1 B>C 20-40 span=s3
			4.1 B>C 90-120 span=s4 from=s1`, `
			1.1 self 60
			  2.1 time self 20
			  3.1 time self 20
			  4.1 span self 30`},
	} {
		want := strings.ReplaceAll(strings.TrimPrefix(row.want, "\n"), "\t", "")
		if got := treeText(t, scriptedTrace(t, row.script)); got != want+"\n" {
			t.Errorf("%s\n got\n%swant\n%s", row.name, got, want)
		}
	}
}
