package datetime

import (
	_ "embed" // the tables of zone names
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// zoneNamesFile has a line for each set of names that zones share:
//
//	PST|PDT|PT|Pacific Standard Time|Pacific Daylight Time|Pacific Time: America/Los_Angeles …
//
// It lists every region of Java 25, with the English names of CLDR.
//
//go:embed zonenames.txt
var zoneNamesFile string

// zoneTextsFile has the zone that Java 25 takes each name for, in English: many
// zones are called Central European Time, and CST is not China's. BST and IST,
// which changed between releases of Java, are those of Elasticsearch 8.15.
//
//	America/Los_Angeles|PDT,PST,PT|Pacific Daylight Time,…
//
//go:embed zonetexts.txt
var zoneTextsFile string

// A zoneTable finds the longest zone id or name at the beginning of a text.
type zoneTable struct {
	ids     map[string]string // by text
	lengths [256][]int        // of the texts that begin with a byte, longest first
}

func (t *zoneTable) add(text, id string) {
	t.ids[text] = id
	if first := text[0]; !slices.Contains(t.lengths[first], len(text)) {
		t.lengths[first] = append(t.lengths[first], len(text))
	}
}

func (t *zoneTable) sort() *zoneTable {
	for _, l := range t.lengths {
		slices.SortFunc(l, func(a, b int) int { return b - a })
	}
	return t
}

// match returns the zone id at the beginning of text and the length of what
// stands there, 0 for none.
func (t *zoneTable) match(text string) (id string, length int) {
	if text == "" {
		return "", 0
	}
	for _, n := range t.lengths[text[0]] {
		if n > len(text) {
			continue
		}
		if id, ok := t.ids[text[:n]]; ok {
			return id, n
		}
	}
	return "", 0
}

// The tables are read when a pattern first needs them; they do not change.
var (
	zoneIDs        = sync.OnceValue(func() *zoneTable { return newZoneTable(0) })
	shortZoneTexts = sync.OnceValue(func() *zoneTable { return newZoneTable(1) })
	fullZoneTexts  = sync.OnceValue(func() *zoneTable { return newZoneTable(2) })
)

// newZoneTable returns the table of the region ids and, for a column of
// zoneTextsFile, of the names in it.
func newZoneTable(column int) *zoneTable {
	t := &zoneTable{ids: make(map[string]string)}
	for line := range strings.Lines(zoneNamesFile) {
		_, ids, _ := strings.Cut(line, ": ")
		for id := range strings.FieldsSeq(ids) {
			t.add(id, id)
		}
	}
	if column == 0 {
		return t.sort()
	}
	for line := range strings.Lines(zoneTextsFile) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		for name := range strings.SplitSeq(columns[column], ",") {
			if name != "" {
				t.add(name, columns[0])
			}
		}
	}
	return t.sort()
}

// zoneText returns the table an element reads with.
func (e *element) zoneText() *zoneTable {
	switch {
	case e.op == opZoneID:
		return zoneIDs()
	case e.full:
		return fullZoneTexts()
	}
	return shortZoneTexts()
}

// zoneID reads a zone and remembers one at the end of the text.
func (p *attempt) zoneID(e *element, at int) int {
	end := p.zoneIDAt(e, at)
	if end == len(p.text) && p.texts != nil {
		p.texts.put(p.text[at:], p.zone)
	}
	return end
}

// zoneIDAt is ZoneIdPrinterParser.parse: an offset, UTC or GMT with or without
// an offset, or what the table has.
func (p *attempt) zoneIDAt(e *element, at int) int {
	rest := p.text[at:]
	switch {
	case rest == "":
		return fail(at)
	case rest[0] == '+' || rest[0] == '-':
		return p.offsetID(at, at, "Z")
	case strings.HasPrefix(rest, "UTC"):
		return p.offsetID(at, at+3, "0")
	case strings.HasPrefix(rest, "UT"):
		return p.offsetID(at, at+2, "0")
	case strings.HasPrefix(rest, "GMT0"):
		return p.setZone("GMT0", at, at+4)
	case strings.HasPrefix(rest, "GMT"):
		return p.offsetID(at, at+3, "0")
	}
	id, n := e.zoneText().match(rest)
	switch {
	case n > 0:
		return p.setZone(id, at, at+n)
	case rest[0] == 'Z':
		p.zone = UTC
		return at + 1
	}
	return fail(at)
}

// offsetID reads the offset behind a prefix such as UTC, or without one.
func (p *attempt) offsetID(start, at int, zero string) int {
	if at == len(p.text) || p.text[at] == '0' || p.text[at] == 'Z' || p.literal(zero, at) >= 0 {
		return p.setZone(p.text[start:at], start, at)
	}
	seconds, end := p.signedOffset(&offsetStyles[offsetHHcMMcss], at)
	switch {
	case p.fault.is():
		return end
	case start == at && (end < 0 || seconds > maxOffset || seconds < -maxOffset):
		return fail(start)
	case end < 0:
		return p.setZone(p.text[start:at], start, at)
	case seconds > maxOffset || seconds < -maxOffset:
		return fail(start)
	}
	return p.setZone(p.text[start:end], start, end)
}

func (p *attempt) setZone(id string, at, end int) int {
	zone, err := p.zones.Parse(id)
	if err != nil {
		return fail(at)
	}
	p.zone = zone
	return end
}

// zoneTexts remembers the zones of texts that were the rest of a line. It is
// safe for concurrent use.
type zoneTexts struct {
	zones atomic.Pointer[map[string]*Zone] // a map is never changed
}

// maxZoneTexts bounds what zoneTexts remembers: logs come from few zones.
const maxZoneTexts = 64

func (z *zoneTexts) get(text string) *Zone {
	if m := z.zones.Load(); m != nil {
		return (*m)[text]
	}
	return nil
}

func (z *zoneTexts) put(text string, zone *Zone) {
	old := z.zones.Load()
	next := make(map[string]*Zone)
	if old != nil {
		if len(*old) >= maxZoneTexts {
			return
		}
		maps.Copy(next, *old)
	}
	next[strings.Clone(text)] = zone
	z.zones.CompareAndSwap(old, &next) // if another was faster, the next text like this one is put
}

// MatchZoneName returns the zone of the longest full English name of a zone that
// text begins with, such as Central European Summer Time, and the length of the
// name; 0 if there is none.
func MatchZoneName(text string) (id string, length int) {
	id, length = fullZoneTexts().match(text)
	if id == text[:length] { // an id is no name
		return "", 0
	}
	return id, length
}
