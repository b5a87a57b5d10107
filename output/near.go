package output

import (
	"cmp"
	"slices"
	"strings"
)

// near returns those of names that someone who wrote name may have meant, the
// most likely first, three at most.
func near(name string, names []string) []string {
	type candidate struct {
		name string
		far  int
	}
	var found []candidate
	for _, n := range names {
		if far := distance(strings.ToLower(name), strings.ToLower(n)); far <= max(2, len(name)/4) || related(name, n) {
			found = append(found, candidate{n, far})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.far, b.far) })
	var best []string
	for _, c := range found[:min(3, len(found))] {
		best = append(best, c.name)
	}
	return best
}

// related says whether one field's last part holds the other's, in the same
// layer: "tcp.port" and "tcp.srcport".
func related(a, b string) bool {
	al, an, _ := strings.Cut(a, ".")
	bl, bn, _ := strings.Cut(b, ".")
	return al == bl && an != "" && bn != "" && (strings.Contains(an, bn) || strings.Contains(bn, an))
}

// distance is how many letters must be added, removed, changed or swapped with
// their neighbour to get from a to b.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, last, row = last, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := 0
			if a[i-1] != b[j-1] {
				changed = 1
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}

// didYouMean puts a suggestion into words, or nothing.
func didYouMean(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return "; did you mean " + strings.Join(names, " or ") + "?"
}
