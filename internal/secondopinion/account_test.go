package secondopinion

import (
	"fmt"
	"strings"
	"testing"
)

// As many as can be are paired with their like, and the others in between.
func TestAlign(t *testing.T) {
	for _, row := range []struct{ ours, theirs, want string }{
		{"", "", ""},
		{"abc", "abc", "aa bb cc"},
		{"abc", "bc", "a- bb cc"},
		{"bc", "abc", "-a bb cc"},
		{"axc", "ayc", "aa xy cc"},
		{"axxc", "ayc", "aa xy x- cc"},
		{"ab", "ba", "a- bb -a"},
		{"abab", "ab", "aa bb a- b-"},
		{"x", "", "x-"},
	} {
		var got []string
		for _, p := range align(len(row.ours), len(row.theirs), func(i, k int) bool { return row.ours[i] == row.theirs[k] }) {
			pair := []byte("--")
			if p[0] >= 0 {
				pair[0] = row.ours[p[0]]
			}
			if p[1] >= 0 {
				pair[1] = row.theirs[p[1]]
			}
			got = append(got, string(pair))
		}
		if text := strings.Join(got, " "); text != row.want {
			t.Errorf("%q and %q: %q, not %q", row.ours, row.theirs, text, row.want)
		}
	}
}

// A request is asked of whom its target names, else of its host.
func TestAsk(t *testing.T) {
	for _, row := range []struct{ method, target, host, want string }{
		{"GET", "/a?b=http://c/d", "e:80", "/a?b=http://c/d e 80"},
		{"GET", "http://u@a.example:81/b", "e", "/b a.example 81"},
		{"GET", "http://a.example?b", "", "?b a.example"},
		{"GET", "http://a.example", "", " a.example"},
		{"GET", "a?b=http://c", "e", "a?b=http://c e"},
		{"OPTIONS", "*", "[::1]:8080", "* ::1 8080"},
		{"OPTIONS", "*", "::1", "* ::1"},
		{"GET", "/", "[::1]", "/ ::1"},
		{"CONNECT", "a.example:443", "b", " a.example 443"},
		{"GET", "/", "", "/"},
	} {
		a := make(Account)
		a.ask(row.method, row.target, row.host)
		told := []string{a["target"]}
		for _, term := range []string{"host", "port"} {
			if a[term] != "" {
				told = append(told, a[term])
			}
		}
		if got := strings.Join(told, " "); got != row.want {
			t.Errorf("%s %s of %q: %q, not %q", row.method, row.target, row.host, got, row.want)
		}
	}
}

// What a program does not say is not compared; what only one has is.
func TestCompareAccounts(t *testing.T) {
	link, other := Link{end("10.0.0.1:1"), end("10.0.0.2:80")}, Link{end("10.0.0.1:2"), end("10.0.0.2:80")}
	ours := Accounts{
		link:  {{"method": "GET", "target": "/a", "status": "200"}, {"method": "GET", "target": "/b", "status": "", noteTerm: " (aborted)"}},
		other: {{"method": "PUT", "target": "/c", "status": "404"}},
	}
	theirs := Accounts{link: {{"target": "/a", "status": "200"}, {"target": "/b", "status": "500"}}}
	s := NewSheet("x", Capture{Name: "c"})
	s.CompareAccounts("exchanges", ours, theirs, "target")
	if got := fmt.Sprint(s.differences); got != "[x | status | c | 10.0.0.1:1 > 10.0.0.2:80 2 (aborted):  != 500 x | exchanges | c | 10.0.0.1:2 > 10.0.0.2:80 1: told PUT /c 404 != none]" {
		t.Errorf("got %s", got)
	}
	if n := s.Total(); n != (Count{7, 5}) {
		t.Errorf("%+v", n)
	}
	if all := ours.Together(); len(all) != 1 || len(all[Link{}]) != 3 {
		t.Errorf("together: %v", all)
	}
	if some := ours.Only("status"); len(some[link]) != 1 || len(some[other]) != 1 {
		t.Errorf("with a status: %v", some)
	}
}
