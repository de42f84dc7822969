package painless

import "time"

// time returns the time that the fields mean, which only a lenient calendar
// finds for all of them.
func (r *dateReader) time() (time.Time, bool) {
	at, ok := r.established(0)
	if century := r.format.century; ok && r.ambiguous && at.Before(century) {
		return r.established(100)
	}
	return at, ok
}

// established sets the calendar to the fields, with years later by some.
func (r *dateReader) established(years int) (time.Time, bool) {
	g := r.format.calendar
	g.clearAll()
	week := readField{}
	for _, f := range r.fields {
		switch {
		case f.weekYear:
			week = f
			week.value += years
		case f.field == calYear:
			week = readField{}
			g.set(calYear, f.value+years)
		default:
			g.set(f.field, f.value)
		}
	}
	if week.weekYear && !g.setWeekYear(week.value) {
		return g.at, false
	}
	if g.strict && g.mistaken() {
		return g.at, false
	}
	return g.time(), true
}

// setWeekYear replaces the week and its day by the date in a year of weeks. A strict
// calendar refuses weeks that the year does not have.
func (g *gregorian) setWeekYear(y int) bool {
	n := 1
	if g.stamps[calWeekOfYear] > 0 {
		n = g.fields[calWeekOfYear]
	}
	weekday := g.weekday()
	day := g.inWeek(utcDate(y, 1, 1), n)
	if g.strict && (weekday < 1 || weekday > 7 || n < 1 || n > g.weeksIn(y)) {
		return false
	}
	g.clear(calWeekOfYear)
	g.clear(calDayOfWeek)
	g.set(calYear, day.Year())
	g.set(calMonth, int(day.Month())-1)
	g.set(calDate, day.Day())
	return true
}

// mistaken reports whether a field that was set is not what the time then has.
func (g *gregorian) mistaken() bool {
	probe := *g
	for f, n := range g.fields {
		if g.stamps[f] > 1 && (n < calendarRanges[f][0] || n > calendarRanges[f][2]) {
			return true
		}
	}
	zone := probe.location()
	probe.at = probe.time().In(zone)
	probe.compute()
	for f, n := range g.fields {
		if g.stamps[f] > 1 && f < calZoneOffset && probe.fields[f] != n {
			return true
		}
	}
	return false
}
