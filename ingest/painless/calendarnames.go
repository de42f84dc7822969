package painless

import (
	"cmp"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The styles of Calendar.getDisplayNames.
const (
	calAllStyles  = 0
	calShort      = 1
	calLong       = 2
	calNarrow     = 4
	calStandalone = 0x8000
)

// calendarNames are the English names of all values of a field in a style, null if it has
// none or two are alike.
func (t *thread) calendarNames(field, style int) Value {
	styles := []int{style}
	switch style {
	case calAllStyles:
		styles = []int{calShort, calLong, calLong | calStandalone, calNarrow}
	case calShort, calLong, calNarrow, calShort | calStandalone, calLong | calStandalone, calNarrow | calStandalone:
	default:
		t.throw(document.IllegalArgument, "")
	}
	type named struct {
		name  string
		value int
	}
	var found []named
	for _, style := range styles {
		if style&^calStandalone == calNarrow && field != calEra && field != calAmPm {
			continue // several months and days have the same letter
		}
		for n := calendarRanges[field][0]; n <= calendarRanges[field][2]; n++ {
			if name := calendarName(field, n, style); !name.IsNull() {
				found = append(found, named{name.Str(), n})
			} else {
				break
			}
		}
	}
	if found == nil {
		return document.Null
	}
	m := t.doc.NewMap()
	if style != calShort && style != calLong { // the longest come first, for a parser
		m.SetOrder(document.InsertionOrder)
		slices.SortStableFunc(found, func(a, b named) int { return cmp.Or(len(b.name)-len(a.name), cmp.Compare(a.name, b.name)) })
	}
	for _, f := range found {
		m.Put(f.name, document.Integer(int32(f.value)))
	}
	return document.MapOf(m)
}
