package painless

import (
	"math"
	"time"
)

// Arithmetic with dates and times, as java.time has it.

// The years of java.time.
const (
	minYear = -999_999_999
	maxYear = 999_999_999
)

func daysIn(t time.Time) int { return daysInMonth(t.Year(), t.Month()) }

func daysInMonth(y int, m time.Month) int {
	return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

func isLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func epochDay(t time.Time) int64 {
	return floorDiv(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix(), 86400)
}

// monthNumber counts months since the year 0.
func monthNumber(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) - 1 }

// plusMonths keeps the day of the month, or takes the last one there is.
func plusMonths(t time.Time, months int64) time.Time {
	n := monthNumber(t) + months
	y, m := int(floorDiv(n, 12)), time.Month(floorMod(n, 12)+1)
	day := min(t.Day(), daysInMonth(y, m))
	return time.Date(y, m, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// nanosOfDay is the time of day.
func nanosOfDay(t time.Time) int64 {
	return int64(t.Hour())*int64(time.Hour) + int64(t.Minute())*int64(time.Minute) + int64(t.Second())*int64(time.Second) + int64(t.Nanosecond())
}

// plus adds n units to a moment: dates by the calendar, times on the timeline.
func (t *thread) plus(m moment, n int64, unit int) moment {
	t.checkUnit(m, unit)
	switch {
	case unit == unitEras:
		return t.setField(m, "ERA", t.getField(m, "ERA")+n)
	case unit == unitWeekBasedYears:
		return t.setField(m, "WEEK_BASED_YEAR", t.getField(m, "WEEK_BASED_YEAR")+n)
	case unit >= unitMonths:
		months := unitMonthCounts[unit]
		if abs(n) > 12*(maxYear-minYear)/months {
			t.throwYear(int64(m.t.Year()) + n/12*months)
		}
		return t.inRange(moment{m.chronology, plusMonths(m.t, n*months)})
	case unit >= unitDays && m.chronology != instant:
		days := n * int64(unitNanoseconds[unit]/unitNanoseconds[unitDays])
		if abs(n) > 366*(maxYear-minYear) {
			t.throwYear(int64(m.t.Year()) + n/366)
		}
		return t.inRange(moment{m.chronology, m.t.AddDate(0, 0, int(days))})
	}
	return t.inRange(m.later(t.inExactUnits(n, unit)))
}

// inExactUnits is inUnits for weeks, too.
func (t *thread) inExactUnits(n int64, unit int) duration {
	if unit == unitWeeks {
		return t.times(durationIn(durationOf(unitNanoseconds[unit])), n)
	}
	return t.inUnits(n, unit)
}

// later adds a duration; times of day go round.
func (m moment) later(d duration) moment {
	if m.chronology == localTime || m.chronology == offsetTime {
		d = duration{d.seconds % 86400, d.nanos}
	}
	const step = math.MaxInt64 / int64(time.Second)
	at := m.t
	for left := d.seconds; left != 0; {
		part := min(max(left, -step), step)
		at = at.Add(time.Duration(part) * time.Second)
		left -= part
	}
	at = at.Add(time.Duration(d.nanos))
	if m.chronology == localTime || m.chronology == offsetTime {
		return moment{m.chronology, at}.as(m.chronology)
	}
	return moment{m.chronology, at}
}

func (t *thread) inRange(m moment) moment {
	y := m.t.Year()
	switch {
	case m.chronology == instant && (y < minYear-1 || y > maxYear+1):
		t.throw(dateTimeException, "Instant exceeds minimum or maximum instant")
	case m.chronology != instant && (y < minYear || y > maxYear):
		t.throwYear(int64(y))
	}
	return m
}

func (t *thread) throwYear(y int64) {
	t.throw(dateTimeException, "Invalid value for Year (valid values %d - %d): %d", minYear, maxYear, y)
}

// checkUnit throws if a class does not have a unit.
func (t *thread) checkUnit(m moment, unit int) {
	if !m.chronology.hasTemporalUnit(unit) {
		t.throw(unsupportedTemporal, "Unsupported unit: %s", enumIn(unitValue(unit)).shown)
	}
}

// between counts whole units from a to b, which is taken as a's class.
func (t *thread) between(a, b Value, unit int) int64 {
	from := t.temporal(a)
	to := t.need(b, from.chronology)
	t.checkUnit(from, unit)
	if from.chronology == zonedDateTime {
		to.t = to.t.In(from.t.Location())
	}
	switch {
	case unit == unitEras:
		return t.getField(to, "ERA") - t.getField(from, "ERA")
	case unit == unitWeekBasedYears:
		return t.getField(to, "WEEK_BASED_YEAR") - t.getField(from, "WEEK_BASED_YEAR")
	case unit >= unitMonths:
		return monthsBetween(from.t, to.t) / unitMonthCounts[unit]
	case unit >= unitDays && from.chronology != instant:
		return daysBetween(from.t, to.t) / int64(unitNanoseconds[unit]/unitNanoseconds[unitDays])
	}
	seconds, nanos := to.t.Unix()-from.t.Unix(), int64(to.t.Nanosecond()-from.t.Nanosecond())
	d := durationIn(newDuration(seconds, nanos))
	if d.seconds < 0 && d.nanos > 0 && unit >= unitSeconds { // towards zero
		d = duration{d.seconds + 1, 0}
	}
	return t.wholeUnits(d, unit)
}

// monthsBetween looks at the dates alone, after a day that is not over has been
// taken off.
func monthsBetween(a, b time.Time) int64 {
	switch days, rest := epochDay(b)-epochDay(a), nanosOfDay(b)-nanosOfDay(a); {
	case days > 0 && rest < 0:
		b = b.AddDate(0, 0, -1)
	case days < 0 && rest > 0:
		b = b.AddDate(0, 0, 1)
	}
	return ((monthNumber(b)*32 + int64(b.Day())) - (monthNumber(a)*32 + int64(a.Day()))) / 32
}

func daysBetween(a, b time.Time) int64 {
	n := epochDay(b) - epochDay(a)
	switch rest := nanosOfDay(b) - nanosOfDay(a); {
	case n > 0 && rest < 0:
		n--
	case n < 0 && rest > 0:
		n++
	}
	return n
}

// truncated cuts off what is smaller than a unit.
func (t *thread) truncated(m moment, unit int) moment {
	if unit > unitDays {
		t.throw(unsupportedTemporal, "Unit is too large to be used for truncation")
	}
	size := int64(unitNanoseconds[unit])
	return m.atNanos(nanosOfDay(m.t) / size * size)
}

// atNanos returns the moment at a time of its day.
func (m moment) atNanos(nanos int64) moment {
	at := m.t
	seconds := int(nanos / int64(time.Second))
	return moment{m.chronology, time.Date(at.Year(), at.Month(), at.Day(), 0, 0, seconds, int(nanos%int64(time.Second)), at.Location())}
}
