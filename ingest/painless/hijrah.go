package painless

import (
	"fmt"
	"slices"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A hijrahDate is a HijrahDate: a day, of which a table says what month it is in.
type hijrahDate struct {
	t time.Time // the day in UTC

	year, month, day int64
}

// JavaClass implements document.Object.
func (hijrahDate) JavaClass() string { return "java.time.chrono.HijrahDate" }

// AppendText implements document.Object.
func (d hijrahDate) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "%s AH %d-%02d-%02d", hijrahSystem.id, d.year, d.month, d.day)
}

// Identity implements document.Object.
func (d hijrahDate) Identity() string { return string(d.AppendText(nil)) }

// HashCode implements document.Object.
func (d hijrahDate) HashCode() int32 {
	y := int32(d.year)
	return document.String(hijrahSystem.id).HashCode() ^ int32(uint32(y)&0xFFFFF800) ^ (y<<11 + int32(d.month)<<6 + int32(d.day))
}

func hijrahIn(v Value) hijrahDate { return objectOf[hijrahDate](v) }

// hijrahAt returns the date of a day.
func (t *thread) hijrahAt(at time.Time) hijrahDate {
	day, starts := epochDay(at), hijrahStarts()
	i, begins := slices.BinarySearch(starts, day)
	if !begins {
		i--
	}
	if i < 0 || i >= len(starts)-1 {
		t.throw(dateTimeException, "Hijrah date out of range")
	}
	return hijrahDate{at, firstHijrahYear + int64(i/12), int64(i%12) + 1, day - starts[i] + 1}
}

// hijrahMonth returns the place of a month among hijrahStarts.
func (t *thread) hijrahMonth(year, month int64) int {
	if year < firstHijrahYear || year > lastHijrahYear {
		t.throw(dateTimeException, "Invalid Hijrah date, year: %d, month: %d", year, month)
	}
	return int((year-firstHijrahYear)*12 + month - 1)
}

// hijrahOf returns the date of a year, month and day.
func (t *thread) hijrahOf(year, month, day int64) Value {
	if month < 1 || month > 12 {
		t.throw(dateTimeException, "Invalid Hijrah month: %d", month)
	}
	starts, i := hijrahStarts(), t.hijrahMonth(year, month)
	if day < 1 || day > starts[i+1]-starts[i] {
		t.throw(dateTimeException, "Invalid Hijrah day of month: %d", day)
	}
	return document.ObjectOf(hijrahDate{time.Unix((starts[i]+day-1)*86400, 0).UTC(), year, month, day})
}

// hijrahNear is hijrahOf with the last day of the month for one that it does not have.
func (t *thread) hijrahNear(year, month, day int64) Value {
	starts, i := hijrahStarts(), t.hijrahMonth(year, month)
	return t.hijrahOf(year, month, min(day, starts[i+1]-starts[i]))
}

// hijrahNumbers is the date of a year with a month and a day, or with the day of the year.
func (t *thread) hijrahNumbers(n []int64) Value {
	if len(n) == 3 {
		return t.hijrahOf(n[0], n[1], n[2])
	}
	first := hijrahIn(t.hijrahOf(n[0], 1, 1))
	if n[1] > first.yearLength() {
		t.throw(dateTimeException, "Invalid dayOfYear: %d", n[1])
	}
	return first.later(t, n[1]-1)
}

func (d hijrahDate) later(t *thread, days int64) Value {
	if abs(days) > (lastHijrahYear-firstHijrahYear)*355 {
		t.throw(dateTimeException, "Hijrah date out of range")
	}
	return document.ObjectOf(t.hijrahAt(d.t.AddDate(0, 0, int(days))))
}

func (d hijrahDate) place() int { return int((d.year-firstHijrahYear)*12 + d.month - 1) }

func (d hijrahDate) monthLength() int64 {
	return hijrahStarts()[d.place()+1] - hijrahStarts()[d.place()]
}

func (d hijrahDate) yearLength() int64 { return hijrahYearLength(d.year) }

func hijrahYearLength(year int64) int64 {
	i := (year - firstHijrahYear) * 12
	return hijrahStarts()[i+12] - hijrahStarts()[i]
}

func (d hijrahDate) dayOfYear() int64 {
	return epochDay(d.t) - hijrahStarts()[(d.year-firstHijrahYear)*12] + 1
}

func (d hijrahDate) monthNumber() int64 { return d.year*12 + d.month - 1 }

// field is getLong; false if there is no such field.
func (d hijrahDate) field(t *thread, name string) (int64, bool) {
	switch name {
	case "YEAR", "YEAR_OF_ERA":
		return d.year, true
	case "MONTH_OF_YEAR":
		return d.month, true
	case "DAY_OF_MONTH":
		return d.day, true
	case "DAY_OF_YEAR":
		return d.dayOfYear(), true
	case "PROLEPTIC_MONTH":
		return d.monthNumber(), true
	case "ERA":
		return 1, true
	case "ALIGNED_DAY_OF_WEEK_IN_MONTH":
		return (d.day-1)%7 + 1, true
	case "ALIGNED_DAY_OF_WEEK_IN_YEAR":
		return (d.dayOfYear()-1)%7 + 1, true
	case "ALIGNED_WEEK_OF_MONTH":
		return (d.day-1)/7 + 1, true
	case "ALIGNED_WEEK_OF_YEAR":
		return (d.dayOfYear()-1)/7 + 1, true
	case "EPOCH_DAY", "DAY_OF_WEEK":
		return t.getField(moment{localDate, d.t}, name), true
	}
	return 0, false
}

// with is Temporal.with of a field.
func (d hijrahDate) with(t *thread, field *enum, n int64) Value {
	now, ok := d.field(t, field.name)
	if !ok {
		t.throw(unsupportedTemporal, "Unsupported field: %s", field.shown)
	}
	if r := t.rangeIn(hijrahSystem, field); !objectOf[valueRange](r).has(n) {
		t.throw(dateTimeException, "Invalid value for %s (valid values %s): %d", field.shown, r.Text(), n)
	}
	switch field.name {
	case "DAY_OF_MONTH":
		return t.hijrahNear(d.year, d.month, n)
	case "DAY_OF_YEAR":
		return d.later(t, min(n, d.yearLength())-now)
	case "ALIGNED_WEEK_OF_MONTH", "ALIGNED_WEEK_OF_YEAR":
		return d.later(t, 7*(n-now))
	case "MONTH_OF_YEAR":
		return t.hijrahNear(d.year, n, d.day)
	case "PROLEPTIC_MONTH":
		return d.plusMonths(t, n-now)
	case "YEAR", "YEAR_OF_ERA":
		return t.hijrahNear(n, d.month, d.day)
	case "ERA":
		return t.hijrahNear(1-d.year, d.month, d.day)
	}
	return d.later(t, n-now)
}

func (d hijrahDate) plusMonths(t *thread, n int64) Value {
	if n == 0 {
		return document.ObjectOf(d)
	}
	months := d.monthNumber() + n
	year := floorDiv(months, 12)
	if year < firstHijrahYear || year > lastHijrahYear {
		t.throw(dateTimeException, "Invalid Hijrah year: %d", year)
	}
	return t.hijrahNear(year, floorMod(months, 12)+1, d.day)
}

// plus adds n units.
func (d hijrahDate) plus(t *thread, n int64, unit *enum) Value {
	switch u := unit.ordinal; {
	case !localDate.hasTemporalUnit(u):
		t.throw(unsupportedTemporal, "Unsupported unit: %s", unit.shown)
	case u == unitEras:
		return d.with(t, enumIn(eraField), 1+n)
	case u == unitDays, u == unitWeeks:
		return d.later(t, n*int64(unitNanoseconds[u]/unitNanoseconds[unitDays]))
	case u == unitMonths:
		return d.plusMonths(t, n)
	case unitMonthCounts[u]%12 == 0 && unitMonthCounts[u] > 0:
		return t.hijrahNear(d.year+n*unitMonthCounts[u]/12, d.month, d.day)
	}
	t.throw(unsupportedTemporal, "Unsupported unit: %s", unit.shown)
	return document.Null
}

// plusPeriod adds years and months, then days.
func (d hijrahDate) plusPeriod(t *thread, p period, sign int64) Value {
	v := d.plusMonths(t, sign*(12*p.years+p.months))
	return hijrahIn(v).later(t, sign*p.days)
}

// until is the period to another date.
func (d hijrahDate) until(t *thread, o hijrahDate) Value {
	months, days := o.monthNumber()-d.monthNumber(), o.day-d.day
	switch {
	case months > 0 && days < 0:
		months--
		days = epochDay(o.t) - epochDay(hijrahIn(d.plusMonths(t, months)).t)
	case months < 0 && days > 0:
		months++
		days -= o.monthLength()
	}
	return document.ObjectOf(period{months / 12, months % 12, days, hijrahSystem})
}
