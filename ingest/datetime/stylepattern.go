package datetime

import (
	_ "embed" // the table of patterns
	"strings"
	"sync"
)

// stylePatternsFile has a line for each locale of localenames.txt and one for the root:
// patterns of dates, of times, and of how both are put together, each in the styles full,
// long, medium and short, by CLDR as Java 17 has it.
//
//go:embed stylepatterns.txt
var stylePatternsFile string

var stylePatterns = sync.OnceValue(func() map[string][]string {
	out := make(map[string][]string)
	for line := range strings.Lines(stylePatternsFile) {
		tag, patterns, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		out[tag] = strings.Split(patterns, "|")
	}
	return out
})

// StylePattern returns the pattern of a date and a time in styles from 0, full, to 3,
// short; -1 leaves one of them out.
func (l *Locale) StylePattern(date, clock int) string {
	language, _, _ := strings.Cut(l.tag, "-")
	patterns, ok := stylePatterns()[l.tag]
	if !ok {
		patterns = stylePatterns()[language]
	}
	switch {
	case clock < 0:
		return patterns[date]
	case date < 0:
		return patterns[4+clock]
	}
	return strings.NewReplacer("{1}", patterns[date], "{0}", patterns[4+clock]).Replace(patterns[8+max(date, clock)])
}
