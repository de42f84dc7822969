package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A calendarDate is a ThaiBuddhistDate, MinguoDate or JapaneseDate.
type calendarDate struct {
	c *calendarSystem
	t time.Time // the day in UTC
}

// JavaClass implements document.Object.
func (d calendarDate) JavaClass() string { return "java.time.chrono." + d.c.name + "Date" }

// AppendText implements document.Object.
func (d calendarDate) AppendText(dst []byte) []byte {
	era, year := d.c.eraOf(d.t)
	return fmt.Appendf(dst, "%s %s %d-%02d-%02d", d.c.id, d.c.eras[era].Text(), year, d.t.Month(), d.t.Day())
}

// Identity implements document.Object.
func (d calendarDate) Identity() string { return string(d.AppendText(nil)) }

// HashCode implements document.Object.
func (d calendarDate) HashCode() int32 {
	return document.String(d.c.id).HashCode() ^ moment{localDate, d.t}.HashCode()
}

func calendarDateIn(v Value) calendarDate { return objectOf[calendarDate](v) }

func (d calendarDate) iso() moment { return moment{localDate, d.t} }

// field is getLong; false if there is no such field.
func (d calendarDate) field(t *thread, name string) (int64, bool) {
	if !t.supports(d.iso(), name) || d.c.starts != nil && japaneseLacks[name] {
		return 0, false
	}
	era, year := d.c.eraOf(d.t)
	switch name {
	case "YEAR":
		return int64(d.t.Year() + d.c.shift), true
	case "PROLEPTIC_MONTH":
		return monthNumber(d.t) + 12*int64(d.c.shift), true
	case "YEAR_OF_ERA":
		return year, true
	case "ERA":
		return int64(era + d.c.firstEra), true
	case "DAY_OF_YEAR":
		if d.c.starts != nil && year == 1 { // days count from the beginning of the era
			return epochDay(d.t) - epochDay(d.c.starts[era]) + 1, true
		}
	}
	return t.getField(d.iso(), name), true
}

// with is Temporal.with of a field.
func (d calendarDate) with(t *thread, field *enum, n int64) Value {
	now, ok := d.field(t, field.name)
	switch {
	case !ok:
		t.throw(unsupportedTemporal, "Unsupported field: %s", field.shown)
	case now == n:
		return document.ObjectOf(d)
	}
	year := n
	switch field.name {
	case "YEAR", "YEAR_OF_ERA", "ERA", "PROLEPTIC_MONTH":
		if r := t.rangeIn(d.c, field); !objectOf[valueRange](r).has(n) {
			t.throw(dateTimeException, "Invalid value for %s (valid values %s): %d", field.shown, r.Text(), n)
		}
	}
	era, yearOfEra := d.c.eraOf(d.t)
	switch field.name {
	case "YEAR":
	case "PROLEPTIC_MONTH":
		return t.dated(d.c, plusMonths(d.t, n-now))
	case "YEAR_OF_ERA":
		year = t.prolepticYear(d.c, d.c.eras[era], n)
	case "ERA":
		year = t.prolepticYear(d.c, t.eraValue(d.c, n), yearOfEra)
	default:
		return t.dated(d.c, t.setField(d.iso(), field.name, n).t)
	}
	return t.dated(d.c, t.setField(d.iso(), "YEAR", year-int64(d.c.shift)).t)
}

// plus adds n units.
func (d calendarDate) plus(t *thread, n int64, unit *enum) Value {
	if unit.ordinal == unitEras {
		now, _ := d.field(t, "ERA")
		return d.with(t, enumIn(eraField), now+n)
	}
	return t.dated(d.c, t.plus(d.iso(), n, unit.ordinal).t)
}

var eraField = chronoFields[27]

// adjusted is Temporal.with of an adjuster, which sees the date as it is in ISO.
func (d calendarDate) adjusted(t *thread, adjuster Value) Value {
	if e, ok := adjuster.Object().(*enum); ok && e.java == enumIn(months[0]).java {
		t.throw(dateTimeException, "Adjustment only supported on ISO date-time")
	}
	return t.dated(d.c, t.need(t.adjusted(d.iso().value(), adjuster), localDate).t)
}

// length is lengthOfYear: in Japan a year begins and ends with its era.
func (d calendarDate) length() int64 {
	first, last := utcDate(d.t.Year(), 1, 1), utcDate(d.t.Year()+1, 1, 1)
	for _, start := range d.c.starts[min(1, len(d.c.starts)):] {
		switch {
		case start.Year() != d.t.Year():
		case d.t.Before(start):
			last = start
		default:
			first = start
		}
	}
	return epochDay(last) - epochDay(first)
}

// fieldRange is TemporalAccessor.range.
func (d calendarDate) fieldRange(t *thread, field *enum) Value {
	if _, ok := d.field(t, field.name); !ok {
		t.throw(unsupportedTemporal, "Unsupported field: %s", field.shown)
	}
	high := int64(0)
	era, year := d.c.eraOf(d.t)
	switch {
	case field.name == "DAY_OF_YEAR":
		high = d.length()
	case field.name == "DAY_OF_MONTH" || field.name == "ALIGNED_WEEK_OF_MONTH":
		m := d.iso()
		return t.rangeOfField(field.name, &m)
	case field.name != "YEAR_OF_ERA":
		return t.rangeIn(d.c, field)
	case d.c.starts == nil && era == 0:
		high = 1 - int64(minYear+d.c.shift)
	case d.c.starts == nil:
		high = int64(maxYear + d.c.shift)
	case era == len(d.c.starts)-1:
		high = lastGregorianYear - int64(d.c.starts[era].Year()) + 1
	default: // the last year of the era that has this day
		end := d.c.starts[era+1]
		high = int64(end.Year()-d.t.Year()) + year
		if !d.t.AddDate(end.Year()-d.t.Year(), 0, 0).Before(end) {
			high--
		}
	}
	return document.ObjectOf(valueRange{1, 1, high, high})
}

// lastGregorianYear is that of java.util.GregorianCalendar.
const lastGregorianYear = 292278994

func calendarDateClasses() []classSpec {
	var out []classSpec
	for _, c := range systems[1:] {
		if c.lunar {
			continue
		}
		name := c.name + "Date"
		out = append(out, classSpec{
			name: name, java: calendarDate{c: c}.JavaClass(), extends: []string{"ChronoLocalDate"},
			methods: append(calendarDateMembers(c.name), calendarDateOverrides...),
			statics: []member{
				{name + " of(int, int, int)", func(t *thread, args []Value) Value { return t.dateOf(c, args) }},
				{name + " from(TemporalAccessor)", func(t *thread, args []Value) Value { return t.dated(c, t.need(args[0], localDate).t) }},
			},
		})
	}
	return append(out, hijrahDateClass())
}

// calendarDateMembers are the methods whose results are of the calendar's classes.
func calendarDateMembers(calendar string) []member {
	name, in := calendar+"Date", calendarDateIn
	return []member{
		{calendar + "Chronology getChronology()", func(v Value) Value { return document.ObjectOf(in(v).c) }},
		{calendar + "Era getEra()", func(v Value) Value {
			era, _ := in(v).c.eraOf(in(v).t)
			return in(v).c.eras[era]
		}},
		{name + " with(TemporalField, long)", func(t *thread, args []Value) Value {
			return in(args[0]).with(t, enumIn(args[1]), args[2].Int64())
		}},
		{name + " with(TemporalAdjuster)", func(t *thread, args []Value) Value { return in(args[0]).adjusted(t, args[1]) }},
		{name + " plus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], 1) }},
		{name + " minus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], -1) }},
		{name + " plus(long, TemporalUnit)", func(t *thread, args []Value) Value {
			return in(args[0]).plus(t, args[1].Int64(), enumIn(args[2]))
		}},
		{name + " minus(long, TemporalUnit)", func(t *thread, args []Value) Value {
			return in(args[0]).plus(t, -args[1].Int64(), enumIn(args[2]))
		}},
	}
}

// calendarDateOverrides are methods of other interfaces that LocalDate has another way.
var calendarDateOverrides = []member{
	{"int compareTo(ChronoLocalDate)", func(t *thread, args []Value) Value { return document.Integer(int32(t.compareDates(args[0], args[1]))) }},
	{"int lengthOfYear()", func(v Value) Value { return document.Integer(int32(calendarDateIn(v).length())) }},
	{"ValueRange range(TemporalField)", func(t *thread, args []Value) Value { return calendarDateIn(args[0]).fieldRange(t, enumIn(args[1])) }},
	{"String format(DateTimeFormatter)", func(t *thread, args []Value) Value {
		return t.formatAny(formatterIn(args[1]), args[0])
	}},
	{"ChronoLocalDateTime atTime(LocalTime)", func(t *thread, args []Value) Value {
		t.isoOnly(calendarDateIn(args[0]).c)
		return document.Null
	}},
	{"ChronoPeriod until(ChronoLocalDate)", func(t *thread, args []Value) Value {
		p := periodIn(periodBetween(t.temporal(args[0]), t.temporal(args[1])))
		p.calendar = calendarDateIn(args[0]).c
		return document.ObjectOf(p)
	}},
}

// compareDates is ChronoLocalDate.compareTo: by the day, then by the calendar's id.
func (t *thread) compareDates(a, b Value) int {
	if n := t.temporal(a).t.Compare(t.temporal(b).t); n != 0 {
		return n
	}
	return systemIn(chronologyOf(a)).compareTo(systemIn(chronologyOf(b)))
}
