package bench

import "slices"

// Median returns the middle of a list, or the mean of the middle two; 0 of none.
func Median[N ~int64 | ~float64](list []N) N {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// A Range is the least and the most of several figures.
type Range[N ~int64 | ~float64] struct{ Min, Max N }

func rangeOf[N ~int64 | ~float64](list []N) Range[N] {
	if len(list) == 0 {
		return Range[N]{}
	}
	return Range[N]{slices.Min(list), slices.Max(list)}
}

// each returns one figure of every element.
func each[E any, N any](list []E, figure func(*E) N) []N {
	figures := make([]N, len(list))
	for i := range list {
		figures[i] = figure(&list[i])
	}
	return figures
}
