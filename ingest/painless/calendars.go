package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A calendarSystem is a java.time.chrono.Chronology: months and days are those of ISO 8601, its
// years count from another one, or in the eras of Japan's emperors. A lunar one, HijrahChronology,
// has months of its own.
type calendarSystem struct {
	id, name string // as in ThaiBuddhist; the name begins those of classes
	kind     string // as in locales
	english  string
	eraClass string // as messages have it
	shift    int    // the year that is the year 0 of ISO
	eras     []Value
	firstEra int // its value
	lunar    bool
	starts   []time.Time // of the eras; without there are two, before and after the year 1
}

// JavaClass implements document.Object.
func (c *calendarSystem) JavaClass() string { return "java.time.chrono." + c.name + "Chronology" }

// AppendText implements document.Object.
func (c *calendarSystem) AppendText(dst []byte) []byte { return append(dst, c.id...) }

// Identity implements document.Object.
func (c *calendarSystem) Identity() string { return c.id }

// HashCode implements document.Object.
func (c *calendarSystem) HashCode() int32 {
	return document.String(c.JavaClass()).HashCode() ^ document.String(c.id).HashCode()
}

func (c *calendarSystem) compareTo(o document.Object) int {
	return document.CompareStrings(c.id, o.(*calendarSystem).id)
}

// The calendars.
var (
	isoSystem = &calendarSystem{id: "ISO", name: "Iso", kind: "iso8601", english: "ISO", eraClass: "IsoEra", eras: isoEras}
	systems   = []*calendarSystem{
		isoSystem,
		{id: "ThaiBuddhist", name: "ThaiBuddhist", kind: "buddhist", english: "Buddhist Calendar", eraClass: "BuddhistEra", shift: 543, eras: thaiEras},
		{id: "Minguo", name: "Minguo", kind: "roc", english: "Minguo Calendar", eraClass: "MinguoEra", shift: -1911, eras: minguoEras},
		{
			id: "Japanese", name: "Japanese", kind: "japanese", english: "Japanese Calendar", eraClass: "JapaneseEra", eras: japaneseEras, firstEra: -1,
			starts: []time.Time{utcDate(1868, 1, 1), utcDate(1912, 7, 30), utcDate(1926, 12, 25), utcDate(1989, 1, 8), utcDate(2019, 5, 1)},
		},
		hijrahSystem,
	}
	isoCalendar = document.ObjectOf(isoSystem)
)

// firstJapaneseDate is the first of Meiji 6, from which on Japan has the calendar.
var firstJapaneseDate = utcDate(1873, 1, 1)

func systemIn(v Value) *calendarSystem { return objectOf[*calendarSystem](v) }

// dated returns a day as the calendar's class of dates.
func (t *thread) dated(c *calendarSystem, at time.Time) Value {
	switch {
	case c == isoSystem:
		return newMoment(localDate, at)
	case c.lunar:
		return document.ObjectOf(t.hijrahAt(at))
	case c.starts != nil && at.Before(firstJapaneseDate):
		t.throw(dateTimeException, "JapaneseDate before Meiji 6 is not supported")
	}
	t.inRange(moment{localDate, at})
	return document.ObjectOf(calendarDate{c, at})
}

// eraOf returns the era of a day, by its place among the eras, and the year of it.
func (c *calendarSystem) eraOf(at time.Time) (era int, year int64) {
	y := int64(at.Year() + c.shift)
	if c.starts == nil {
		if y < 1 {
			return 0, 1 - y
		}
		return 1, y
	}
	for era = len(c.starts) - 1; era > 0 && at.Before(c.starts[era]); era-- {
	}
	return era, y - int64(c.starts[era].Year()) + 1
}

// eraValue is the constant of a number.
func (t *thread) eraValue(c *calendarSystem, n int64) Value {
	if i := n - int64(c.firstEra); i >= 0 && i < int64(len(c.eras)) {
		return c.eras[i]
	}
	t.throw(dateTimeException, "Invalid era: %d", n)
	return document.Null
}

// prolepticYear returns the year that does not count in eras.
func (t *thread) prolepticYear(c *calendarSystem, era Value, year int64) int64 {
	e := enumIn(era)
	if e.java != enumIn(c.eras[0]).java {
		t.throw(document.ClassCast, "Era must be %s", c.eraClass)
	}
	switch {
	case c.lunar:
		return year
	case c.starts == nil && e.ordinal == 0:
		return 1 - year
	case c.starts == nil:
		return year
	}
	start := c.starts[e.ordinal]
	y := int64(start.Year()) + year - 1
	last := int64(maxYear)
	if e.ordinal+1 < len(c.starts) {
		last = int64(c.starts[e.ordinal+1].Year())
	}
	if y < int64(start.Year()) || y > last {
		t.throw(dateTimeException, "Invalid yearOfEra value")
	}
	return y
}

// dateOf is a day of numbers: of a year, with a month and a day or the day of the year.
func (t *thread) dateOf(c *calendarSystem, numbers []Value) Value {
	if c.lunar {
		return t.hijrahNumbers(numbersOf(numbers))
	}
	parts := dateParts[:3]
	if len(numbers) == 2 {
		parts = []part{dateParts[0], dateParts[3]}
	}
	numbers = append([]Value{document.Long(numbers[0].Int64() - int64(c.shift))}, numbers[1:]...)
	return t.dated(c, t.temporal(t.fromParts(localDate, numbers, parts, time.UTC)).t)
}

// dateOfEra is dateOf with an era before the year.
func (t *thread) dateOfEra(c *calendarSystem, args []Value) Value {
	numbers := append([]Value{document.Long(t.prolepticYear(c, args[0], args[1].Int64()))}, args[2:]...)
	if c.starts == nil {
		return t.dateOf(c, numbers)
	}
	era := enumIn(args[0]).ordinal
	if len(numbers) == 2 && args[1].Int64() == 1 { // days count from the beginning of the era
		numbers[1] = document.Long(numbers[1].Int64() + int64(c.starts[era].YearDay()) - 1)
	}
	v := t.dateOf(c, numbers)
	if got, _ := c.eraOf(v.Object().(calendarDate).t); got != era {
		if len(numbers) == 2 {
			t.throw(dateTimeException, "Invalid parameters")
		}
		t.throw(dateTimeException, "year, month, and day not valid for Era")
	}
	return v
}
