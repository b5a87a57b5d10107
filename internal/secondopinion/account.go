package secondopinion

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// An Account is what a program tells of an HTTP exchange, or of one message of
// it: values by the terms below. A program that has no word for a thing has no
// value of it; an empty one says that there was none.
type Account map[string]string

// terms are what is compared, in this order.
var terms = []string{
	"version", "method", "target", "decoded target", "host", "port", "user agent", "stream", "status", "RPC status", "endpoint",
	"request body", "response body", "request size", "request head", "response size",
	"trace", "span", "traceparent", "x-cloud-trace-context", "tracestate",
}

// noteTerm is what is unusual about an exchange: it is part of the place, and
// not compared.
const noteTerm = "note"

// A Link is who asked whom.
type Link struct{ Client, Server netip.AddrPort }

func (l Link) String() string {
	if l == (Link{}) {
		return "any"
	}
	return l.Client.String() + " > " + l.Server.String()
}

// Compare orders links.
func (l Link) Compare(m Link) int {
	return cmp.Or(l.Client.Compare(m.Client), l.Server.Compare(m.Server))
}

// Accounts are those of each link, in order.
type Accounts map[Link][]Account

// Together returns all accounts as if of one link, for programs that do not
// tell ends.
func (all Accounts) Together() Accounts {
	var list []Account
	for _, link := range slices.SortedFunc(maps.Keys(all), Link.Compare) {
		list = append(list, all[link]...)
	}
	if list == nil {
		return nil
	}
	return Accounts{Link{}: list}
}

// Only returns the accounts that have a value of a term.
func (all Accounts) Only(term string) Accounts {
	some := make(Accounts)
	for link, list := range all {
		list = slices.DeleteFunc(slices.Clone(list), func(a Account) bool { return a[term] == "" })
		if len(list) > 0 {
			some[link] = list
		}
	}
	return some
}

// ByStream returns the accounts in the order of their streams of HTTP/2, in which
// answers may come in any order.
func (all Accounts) ByStream() Accounts {
	sorted := make(Accounts, len(all))
	for link, list := range all {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b Account) int { return cmp.Compare(a.stream(), b.stream()) })
		sorted[link] = list
	}
	return sorted
}

// By returns the accounts in the order of some terms, for programs that list them
// in an order of their own.
func (all Accounts) By(known ...string) Accounts {
	sorted := make(Accounts, len(all))
	for link, list := range all {
		list = slices.Clone(list)
		slices.SortStableFunc(list, func(a, b Account) int {
			for _, term := range known {
				if order := cmp.Compare(a[term], b[term]); order != 0 {
					return order
				}
			}
			return 0
		})
		sorted[link] = list
	}
	return sorted
}

// stream is the number of the stream, 0 where there is none.
func (a Account) stream() uint64 {
	n, _ := strconv.ParseUint(a["stream"], 10, 64)
	return n
}

// CompareAccounts compares the accounts of all links. what names what they are
// of. Those of a link are paired in order, so that as many as can be agree on
// the terms by which they are known.
func (s *Sheet) CompareAccounts(what string, ours, theirs Accounts, known ...string) {
	links := maps.Clone(theirs)
	maps.Copy(links, ours)
	for _, link := range slices.SortedFunc(maps.Keys(links), Link.Compare) {
		a, b := ours[link], theirs[link]
		for n, pair := range align(len(a), len(b), func(i, k int) bool { return a[i].alike(b[k], known) }) {
			var mine, other Account
			if pair[0] >= 0 {
				mine = a[pair[0]]
			}
			if pair[1] >= 0 {
				other = b[pair[1]]
			}
			s.account(fmt.Sprintf("%s %d%s", link, n+1, mine[noteTerm]), what, mine, other)
		}
	}
}

// account compares one pair, of which one may be missing.
func (s *Sheet) account(where, what string, ours, theirs Account) {
	if ours == nil || theirs == nil {
		s.Value(where, what, ours.told(), theirs.told())
		return
	}
	s.Judge(where, what, "", "", true)
	for _, term := range terms {
		if value, has := theirs[term]; has {
			s.Value(where, term, ours[term], value)
		}
	}
}

// told names an account.
func (a Account) told() string {
	if a == nil {
		return "none"
	}
	list := []string{"told"}
	for _, term := range []string{"stream", "method", "target", "decoded target", "status"} {
		if a[term] != "" && !slices.Contains(list, a[term]) {
			list = append(list, a[term])
		}
	}
	return strings.Join(list, " ")
}

// alike says whether two accounts agree on terms, as far as both have them.
func (a Account) alike(b Account, known []string) bool {
	for _, term := range known {
		x, has := a[term]
		y, too := b[term]
		if has && too && x != y {
			return false
		}
	}
	return true
}

// align pairs two lists in order: as many as can be are the same, and between
// those one after the other. -1 stands where one list has nothing.
func align(n, m int, same func(i, k int) bool) (pairs [][2]int) {
	longest := make([][]int32, n+1) // common subsequence of the rests from i and k on
	for i := range longest {
		longest[i] = make([]int32, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for k := m - 1; k >= 0; k-- {
			if same(i, k) {
				longest[i][k] = longest[i+1][k+1] + 1
			} else {
				longest[i][k] = max(longest[i+1][k], longest[i][k+1])
			}
		}
	}
	i, k := 0, 0 // behind the last pair that is the same
	for x, y := 0, 0; x < n && y < m; {
		switch {
		case same(x, y):
			pairs = append(between(pairs, i, x, k, y), [2]int{x, y})
			x, y = x+1, y+1
			i, k = x, y
		case longest[x+1][y] >= longest[x][y+1]:
			x++
		default:
			y++
		}
	}
	return between(pairs, i, n, k, m)
}

// between pairs what stands between two pairs that are the same.
func between(pairs [][2]int, i, n, k, m int) [][2]int {
	for ; i < n || k < m; i, k = i+1, k+1 {
		pair := [2]int{-1, -1}
		if i < n {
			pair[0] = i
		}
		if k < m {
			pair[1] = k
		}
		pairs = append(pairs, pair)
	}
	return pairs
}

// cutTarget parts a request target (RFC 9112, 3.2) into the authority that it
// names, if it does, and the path with the query.
func cutTarget(method, target string) (authority, path string) {
	if method == "CONNECT" {
		return target, ""
	}
	_, rest, absolute := strings.Cut(target, "://")
	if !absolute || strings.HasPrefix(target, "/") || strings.ContainsAny(target[:len(target)-len(rest)-len("://")], "/?") {
		return "", target
	}
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return rest[:i], rest[i:]
	}
	return rest, ""
}

// cutAuthority parts an authority into host and port, without the brackets of an
// IPv6 address.
func cutAuthority(authority string) (host, port string) {
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	bracket := strings.LastIndexByte(authority, ']')
	if i := strings.LastIndexByte(authority, ':'); i > bracket && (bracket >= 0 || strings.Count(authority, ":") == 1) {
		authority, port = authority[:i], authority[i+1:]
	}
	return strings.TrimSuffix(strings.TrimPrefix(authority, "["), "]"), port
}

// ask sets what a request says of whom it asks for what. The host and its port are
// compared where they are told.
func (a Account) ask(method, target, host string) {
	authority, path := cutTarget(method, target)
	address, port := cutAuthority(cmp.Or(authority, host))
	a["method"], a["target"] = method, path
	if address != "" {
		a["host"] = address
	}
	if port != "" {
		a["port"] = port
	}
}

// lacks takes out a value that stands for none.
func (a Account) lacks(term string, none ...string) {
	if slices.Contains(none, a[term]) {
		delete(a, term)
	}
}
