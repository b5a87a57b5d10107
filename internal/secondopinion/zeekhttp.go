package secondopinion

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// zeekHTTP are the columns of http.log that exchange records have too, by their
// terms. Others are of headers that records do not have (referrer, origin),
// made from content (…_fuids, …_mime_types), or of interim responses; and the
// version is that of the response.
var zeekHTTP = map[string]string{
	"user_agent": "user agent", "status_code": "status",
	"request_body_len": "request body", "response_body_len": "response body",
}

// ReadHTTP returns the accounts of http.log, those of a connection in the order
// of its requests. Of a log that does not name ends, all are of one link.
func ReadHTTP(rows []Row) (Accounts, error) {
	rows = slices.Clone(rows)
	if len(rows) > 0 && rows[0]["trans_depth"] != "" {
		first := make(map[string]int)
		for i, row := range rows {
			if _, seen := first[row["uid"]]; !seen {
				first[row["uid"]] = i
			}
		}
		slices.SortStableFunc(rows, func(a, b Row) int {
			x, _ := strconv.Atoi(a["trans_depth"]) // Zeek writes numbers
			y, _ := strconv.Atoi(b["trans_depth"])
			return cmp.Or(cmp.Compare(first[a["uid"]], first[b["uid"]]), cmp.Compare(x, y))
		})
	}
	all := make(Accounts)
	for _, row := range rows {
		var link Link
		if row["id.orig_h"] != "" {
			var err error
			if link, err = row.link("id.orig_h", "id.orig_p", "id.resp_h", "id.resp_p"); err != nil {
				return nil, err
			}
		}
		all[link] = append(all[link], row.httpAccount())
	}
	return all, nil
}

func (row Row) httpAccount() Account {
	a := make(Account)
	for column, term := range zeekHTTP {
		if _, has := row[column]; has {
			a[term] = unescapeZeek(row.set(column))
		}
	}
	if _, has := row["uri"]; has {
		a.ask(row.set("method"), unescapeZeek(row.set("uri")), unescapeZeek(row.set("host")))
		a["decoded target"] = strings.TrimPrefix(a["target"], "(empty)")
		delete(a, "target")
	} else if _, has := row["method"]; has {
		a["method"] = row.set("method")
	}
	return a
}

// unescapeZeek undoes what Zeek does to bytes that are not to be printed.
func unescapeZeek(s string) string {
	parts := strings.Split(s, `\\`)
	for i := range parts {
		parts[i] = decodeHex(parts[i], `\x`)
	}
	return strings.Join(parts, `\`)
}

// decodeHex replaces every mark before two hexadecimal digits, and these, by
// the byte that they are.
func decodeHex(s, mark string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(s, mark)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if n, err := strconv.ParseUint(after[:min(2, len(after))], 16, 8); err == nil && len(after) >= 2 {
			b.WriteByte(byte(n))
			after = after[2:]
		} else {
			b.WriteString(mark)
		}
		s = after
	}
}
