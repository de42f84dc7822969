package datetime

import "time"

// instant is what Elasticsearch makes of a parsed text: DateFormat.Java, then
// DateFormatters.from. Where parts are missing it fills in: the current year if
// there is none, the first month, the first day, midnight. A zone in the text
// counts, except where there is no year.
func (p *parsed) instant(zone *Zone, now time.Time, weeks weekRule) (time.Time, fault) {
	if !p.hasDate && p.have&setOf(year, yearOfEra, weekBasedYear, isoWeekBasedYear) == 0 {
		return p.thisYear(zone, now)
	}
	if p.zone == nil && p.badOffset() {
		return time.Time{}, fault{kind: badOffsetRange}
	}
	day, f := p.dayOf(weeks)
	if f.is() {
		return time.Time{}, f
	}
	nanos := int64(0)
	if p.hasTime {
		nanos = p.nanos
	}
	local := day*secondsPerDay + nanos/nanosPerSecond
	return time.Unix(p.epochSecond(local, zone), nanos%nanosPerSecond).In(zone.loc), fault{}
}

// epochSecond returns the instant of a local time in the zone of the text (a
// region goes before an offset) or, if it has none, in another.
func (p *parsed) epochSecond(local int64, otherwise *Zone) int64 {
	switch {
	case p.zone != nil:
		return p.zone.epochSecond(local)
	case p.have.has(offsetSeconds):
		return local - p.value[offsetSeconds]
	}
	return otherwise.epochSecond(local)
}

func (p *parsed) dayOf(weeks weekRule) (int64, fault) {
	if p.hasDate {
		return p.day, fault{}
	}
	y, hasYear := p.yearThere()
	switch {
	case !hasYear:
		return p.dayOfWeekYear(weeks)
	case p.have.hasAll(setOf(monthOfYear, dayOfMonth)):
		return checkedDay(y, p.value[monthOfYear], p.value[dayOfMonth])
	case p.have.has(dayOfYear):
		return checkedYearDay(y, p.value[dayOfYear])
	case p.hasTime && p.have&setOf(weekBasedYear, isoWeekBasedYear) != 0:
		return p.dayOfWeekYear(weeks)
	case p.have.has(monthOfYear):
		return checkedDay(y, p.value[monthOfYear], 1)
	case p.hasTime:
		return 0, fault{} // 1970-01-01, whatever the year is
	}
	return checkedDay(y, 1, 1)
}

func (p *parsed) yearThere() (int64, bool) {
	switch {
	case p.have.has(year):
		return p.value[year], true
	case p.have.has(yearOfEra):
		return p.value[yearOfEra], true
	}
	return 0, false
}

// dayOfWeekYear returns the first day of the week, which is the first one of
// the year if there is none.
func (p *parsed) dayOfWeekYear(weeks weekRule) (int64, fault) {
	yearField, weekField := weekBasedYear, weekOfWeekBasedYear
	if p.have.has(isoWeekBasedYear) {
		yearField, weekField, weeks = isoWeekBasedYear, isoWeek, isoWeeks
	}
	y, week := p.value[yearField], int64(1)
	if y > maxYear || y < -maxYear {
		return 0, fault{kind: badValue, field: yearField, value: y, week: weeks}
	}
	if p.have.has(weekField) {
		week = p.value[weekField]
		if week < 1 || week > 53 {
			return 0, fault{kind: badWeek, field: weekField, value: week, week: weeks}
		}
	}
	return weeks.weekStart(y, week), fault{}
}

// checkedDay is LocalDate.of.
func checkedDay(y, month, day int64) (int64, fault) {
	for _, part := range [...]struct {
		f field
		v int64
	}{{year, y}, {monthOfYear, month}, {dayOfMonth, day}} {
		if part.v < fields[part.f].min || part.v > fields[part.f].max {
			return 0, fault{kind: badValue, field: part.f, value: part.v}
		}
	}
	d := date{y, int(month), int(day)}
	if d.day > lengthOfMonth(y, d.month) {
		return 0, fault{kind: badDate, date: d}
	}
	return d.epochDay(), fault{}
}

// checkedYearDay is LocalDate.ofYearDay.
func checkedYearDay(y, day int64) (int64, fault) {
	switch {
	case y > maxYear || y < -maxYear:
		return 0, fault{kind: badValue, field: year, value: y}
	case day < 1 || day > 366:
		return 0, fault{kind: badValue, field: dayOfYear, value: day}
	case day > lengthOfYear(y):
		return 0, fault{kind: badDate, date: date{year: y}}
	}
	return firstDay(y) + day - 1, fault{}
}

// thisYear puts the fields of a date without a year into the current one, in
// Elasticsearch's order: the day first, then the month, with the last day of
// the month for one it does not have.
func (p *parsed) thisYear(zone *Zone, now time.Time) (time.Time, fault) {
	d := date{year: int64(now.UTC().Year()), month: 1, day: 1}
	for _, f := range [...]field{dayOfMonth, monthOfYear, hourOfDay, nanoOfSecond} {
		if v := p.value[f]; p.have.has(f) && (v < fields[f].min || v > fields[f].max) {
			return time.Time{}, fault{kind: badValue, field: f, value: v}
		}
	}
	if p.have.has(dayOfMonth) {
		d.day = int(p.value[dayOfMonth])
	}
	if p.have.has(monthOfYear) {
		d.month = int(p.value[monthOfYear])
	}
	d.day = min(d.day, lengthOfMonth(d.year, d.month))
	nanos := p.nanos
	if !p.hasTime {
		nanos = 0
		if p.have.has(hourOfDay) {
			nanos += p.value[hourOfDay] * 3600 * nanosPerSecond
		}
		if p.have.has(nanoOfSecond) {
			nanos += p.value[nanoOfSecond]
		}
	}
	second := zone.epochSecond(d.epochDay()*secondsPerDay + nanos/nanosPerSecond)
	return time.Unix(second, nanos%nanosPerSecond).In(zone.loc), fault{}
}
