// Package spelling finds the known name closest to a wrong one, for the "did
// you mean" of error messages.
package spelling

// Nearest returns the candidate with the smallest edit distance to word, or ""
// if none is close enough to be a slip: at most a third of the longer word.
func Nearest(word string, candidates []string) string {
	best, nearest := 1<<30, ""
	for _, c := range candidates {
		limit := max(len(word), len(c)) / 3
		if d := distance(word, c); d <= limit && d < best {
			best, nearest = d, c
		}
	}
	return nearest
}

// distance is the number of single-byte insertions, deletions, substitutions
// and swaps of neighbours that turn a into b (optimal string alignment).
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
