package accesslog

import (
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

var combined = regexp.MustCompile(`^\S+ - \S+ \[[^\]]+\] "[A-Z]+ \S*[?&]id=(\d+) HTTP/1\.1" \d{3} \d+ "[^"]*" "[^"]*"$`)

func TestLinesAreCombinedFormatAndNumbered(t *testing.T) {
	g := New(1)
	at := time.Date(2024, 10, 8, 13, 55, 36, 0, time.UTC)
	for i := range 200 {
		line := g.Line(at)
		match := combined.FindStringSubmatch(line)
		if assert.NotNil(t, match, line) {
			assert.Equal(t, i, atoi(match[1]))
		}
	}
}

func TestSameSeedSameLines(t *testing.T) {
	a, b := New(7), New(7)
	at := time.Unix(0, 0).UTC()
	for range 50 {
		assert.Equal(t, a.Line(at), b.Line(at))
	}
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = 10*n + int(c-'0')
	}
	return n
}
