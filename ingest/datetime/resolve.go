package datetime

// A resolverStyle is java.time.format.ResolverStyle.
type resolverStyle uint8

const (
	strict resolverStyle = iota // Elasticsearch's choice for patterns
	smart
	lenient
)

// A resolver makes a date and a time of the fields that were parsed, as
// java.time.format.Parsed does. The first fault ends it.
type resolver struct {
	*parsed
	style resolverStyle
	week  weekRule
	fault fault
}

var (
	dateFields    = setOf(era, yearOfEra, year, monthOfYear, dayOfMonth, dayOfYear, dayOfWeek, alignedWeekOfMonth, modifiedJulianDay)
	weekFields    = setOf(localDayOfWeek, weekOfMonth, weekOfWeekBasedYear, weekBasedYear, isoWeek, isoWeekBasedYear)
	clockFields   = setOf(hourOfDay, minuteOfHour, secondOfMinute, nanoOfSecond)
	timeFields    = clockFields | setOf(amPmOfDay, hourOfAmPm, clockHourOfAmPm, clockHourOfDay, milliOfDay, nanoOfDay)
	derivedFields = timeFields &^ clockFields
)

// resolve is Parsed.resolve.
func (p *parsed) resolve(style resolverStyle, week weekRule) fault {
	r := resolver{parsed: p, style: style, week: week}
	r.resolveDate()
	r.resolveTime()
	if p.have&weekFields != 0 || p.have.has(modifiedJulianDay) {
		r.resolveWeeks()
		r.resolveDate()
	}
	r.completeTime()
	r.crossCheck()
	if p.hasDate && p.hasTime {
		p.day += p.excessDays
		p.excessDays = 0
		if p.badOffset() {
			r.fail(fault{kind: badOffsetRange})
		}
	}
	return r.fault
}

// badOffset reports whether there is an offset that no zone has: the parsers of
// offsets read more than ZoneOffset allows.
func (p *parsed) badOffset() bool {
	v := p.value[offsetSeconds]
	return p.have.has(offsetSeconds) && (v > maxOffset || v < -maxOffset)
}

func (r *resolver) fail(f fault) {
	if !r.fault.is() {
		r.fault = f
		r.fault.week = r.week
	}
}

// take removes a field and returns its value.
func (r *resolver) take(f field) int64 {
	r.have &^= 1 << f
	return r.value[f]
}

// checked is take with the check that the value is in the field's range.
func (r *resolver) checked(f field) int64 {
	v := r.take(f)
	r.check(f, v)
	return v
}

func (r *resolver) check(f field, v int64) bool {
	if v < fields[f].min || v > fields[f].max {
		r.fail(fault{kind: badValue, field: f, value: v})
		return false
	}
	return true
}

// derive sets a field from another; a different value that was parsed is a
// conflict.
func (r *resolver) derive(from, f field, v int64) {
	if r.have.has(f) && r.value[f] != v {
		r.fail(fault{kind: badConflict, from: from, field: f, value: v, other: r.value[f]})
	}
	r.have |= 1 << f
	r.value[f] = v
}

func (r *resolver) setDay(day int64) {
	if r.hasDate && r.day != day {
		r.fail(fault{kind: badDates, value: day, other: r.day})
	}
	r.hasDate, r.day = true, day
}

func (r *resolver) setTime(nanos, excessDays int64) {
	if r.hasTime && r.nanos != nanos {
		r.fail(fault{kind: badTimes, value: nanos, other: r.nanos})
	}
	r.hasTime, r.nanos, r.excessDays = true, nanos, excessDays
}

// resolveDate is IsoChronology.resolveDate.
func (r *resolver) resolveDate() {
	if r.have&dateFields == 0 || r.fault.is() {
		return
	}
	r.resolveYearOfEra()
	switch have := r.have; {
	case r.fault.is() || !have.has(year):
	case have.hasAll(setOf(monthOfYear, dayOfMonth)):
		r.yearMonthDay()
	case have.hasAll(setOf(monthOfYear, alignedWeekOfMonth, dayOfWeek)):
		r.alignedWeek()
	case have.has(dayOfYear):
		r.yearDay()
	}
}

// resolveYearOfEra turns a year of an era into a year. In strict style the era
// is not made up: yyyy without G stays what it is.
func (r *resolver) resolveYearOfEra() {
	if !r.have.has(yearOfEra) {
		if r.have.has(era) {
			r.check(era, r.value[era])
		}
		return
	}
	yoe := r.take(yearOfEra)
	if r.style != lenient && !r.check(yearOfEra, yoe) {
		return
	}
	y := yoe
	switch {
	case r.have.has(era):
		if r.take(era) == 0 {
			y = 1 - yoe
		}
	case r.have.has(year):
		if r.value[year] <= 0 {
			y = 1 - yoe
		}
	case r.style == strict:
		r.have |= 1 << yearOfEra
		return
	}
	r.derive(yearOfEra, year, y)
}

func (r *resolver) yearMonthDay() {
	y := r.checked(year)
	if r.style == lenient {
		months := y*12 + r.take(monthOfYear) - 1
		first := date{floorDiv(months, 12), int(floorMod(months, 12)) + 1, 1}
		r.setDay(first.epochDay() + r.take(dayOfMonth) - 1)
		return
	}
	d := date{y, int(r.checked(monthOfYear)), int(r.checked(dayOfMonth))}
	if r.fault.is() {
		return
	}
	if last := lengthOfMonth(d.year, d.month); d.day > last {
		if r.style == strict {
			r.fail(fault{kind: badDate, date: d})
		}
		d.day = last
	}
	r.setDay(d.epochDay())
}

func (r *resolver) yearDay() {
	y := r.checked(year)
	if r.style == lenient {
		r.setDay(firstDay(y) + r.take(dayOfYear) - 1)
		return
	}
	n := r.checked(dayOfYear)
	if n == 366 && !isLeap(y) {
		r.fail(fault{kind: badDate, date: date{year: y}})
	}
	if !r.fault.is() {
		r.setDay(firstDay(y) + n - 1)
	}
}

// alignedWeek is AbstractChronology.resolveYMAD: the nth Tuesday of a month.
func (r *resolver) alignedWeek() {
	y, month := r.checked(year), r.checked(monthOfYear)
	week, dow := r.checked(alignedWeekOfMonth), r.checked(dayOfWeek)
	if r.fault.is() {
		return
	}
	day := date{y, int(month), 1}.epochDay() + (week-1)*7
	day += floorMod(dow-weekday(day), 7)
	if r.style == strict && dateOf(day).month != int(month) {
		r.fail(fault{kind: badMonth})
	}
	r.setDay(day)
}

// resolveTime is Parsed.resolveTimeFields.
func (r *resolver) resolveTime() {
	if r.have&derivedFields != 0 && !r.fault.is() {
		r.resolveClocks()
		r.resolveOfDay()
	}
	if r.have.hasAll(clockFields) {
		r.clock()
	}
}

// resolveClocks makes the hour of the day of the other ways to count hours.
func (r *resolver) resolveClocks() {
	if r.have.has(clockHourOfDay) {
		r.derive(clockHourOfDay, hourOfDay, r.clockHour(clockHourOfDay, 24))
	}
	if r.have.has(clockHourOfAmPm) {
		r.derive(clockHourOfAmPm, hourOfAmPm, r.clockHour(clockHourOfAmPm, 12))
	}
	if r.have.hasAll(setOf(amPmOfDay, hourOfAmPm)) {
		half, hour := r.take(amPmOfDay), r.take(hourOfAmPm)
		if r.style != lenient {
			r.check(amPmOfDay, half)
			r.check(hourOfAmPm, hour)
		}
		r.derive(amPmOfDay, hourOfDay, half*12+hour)
	}
}

// clockHour returns an hour that counts from 1 as one that counts from 0.
func (r *resolver) clockHour(f field, midnight int64) int64 {
	h := r.take(f)
	if r.style == strict || r.style == smart && h != 0 {
		r.check(f, h)
	}
	if h == midnight {
		return 0
	}
	return h
}

func (r *resolver) resolveOfDay() {
	for _, f := range [...]field{nanoOfDay, milliOfDay} {
		if !r.have.has(f) {
			continue
		}
		n := r.take(f)
		if r.style != lenient {
			r.check(f, n)
		}
		if f == milliOfDay {
			n *= 1_000_000
		}
		for _, part := range [...]field{hourOfDay, minuteOfHour, secondOfMinute, nanoOfSecond} {
			r.derive(f, part, timeField(part, n))
		}
	}
}

// completeTime is Parsed.resolveTimeLenient: minutes, seconds and fractions
// that are missing at the end are zero.
func (r *resolver) completeTime() {
	if r.fault.is() {
		return
	}
	if !r.hasTime {
		r.middleOfHalf()
		m, s, n := r.have.has(minuteOfHour), r.have.has(secondOfMinute), r.have.has(nanoOfSecond)
		if r.have.has(hourOfDay) {
			if !m && (s || n) || m && !s && n {
				return
			}
			r.clock()
		}
	}
	if r.style == lenient {
		return
	}
	for rest := r.have & timeFields; rest != 0; {
		f := rest.lowest()
		rest &^= 1 << f
		r.check(f, r.value[f])
	}
}

// middleOfHalf gives a lone AM or PM an hour: the middle, if not strict.
func (r *resolver) middleOfHalf() {
	if r.style == strict || r.have&clockFields != 0 || !r.have.has(amPmOfDay) {
		return
	}
	half := r.take(amPmOfDay)
	if r.style == lenient || r.check(amPmOfDay, half) {
		r.setTime((half*12+6)*3600*nanosPerSecond, 0)
	}
}

// clock makes the time of the hour, minute, second and fraction there are.
func (r *resolver) clock() {
	var v [4]int64
	for i, f := range [...]field{hourOfDay, minuteOfHour, secondOfMinute, nanoOfSecond} {
		if r.have.has(f) {
			v[i] = r.take(f)
		}
	}
	total := ((v[0]*60+v[1])*60+v[2])*nanosPerSecond + v[3]
	switch {
	case r.style == lenient:
		r.setTime(floorMod(total, nanosPerDay), floorDiv(total, nanosPerDay))
		return
	case !r.check(minuteOfHour, v[1]) || !r.check(nanoOfSecond, v[3]):
		return
	case r.style == smart && v == [4]int64{24, 0, 0, 0}:
		r.setTime(0, 1)
		return
	}
	if r.check(hourOfDay, v[0]) && r.check(secondOfMinute, v[2]) {
		r.setTime(total, 0)
	}
}

// crossCheck compares what is left with the date and the time there are: a
// wrong day of the week is an error.
func (r *resolver) crossCheck() {
	for rest := r.have; rest != 0 && !r.fault.is(); {
		f := rest.lowest()
		rest &^= 1 << f
		var actual, local int64
		switch {
		case r.hasDate && !timeFields.has(f) && f != offsetSeconds:
			actual, local = r.week.fieldOf(f, r.day), r.day
		case r.hasTime && timeFields.has(f):
			actual, local = timeField(f, r.nanos), r.nanos
		default:
			continue
		}
		if actual != r.value[f] {
			r.fail(fault{kind: badConflict, field: f, value: r.value[f], other: actual, local: local})
		}
		r.have &^= 1 << f
	}
}

// timeField returns a field of a time of the day.
func timeField(f field, nanos int64) int64 {
	hour := nanos / (3600 * nanosPerSecond)
	switch f {
	case amPmOfDay:
		return hour / 12
	case hourOfAmPm:
		return hour % 12
	case clockHourOfAmPm:
		return (hour+11)%12 + 1
	case hourOfDay:
		return hour
	case clockHourOfDay:
		return (hour+23)%24 + 1
	case minuteOfHour:
		return nanos / (60 * nanosPerSecond) % 60
	case secondOfMinute:
		return nanos / nanosPerSecond % 60
	case nanoOfSecond:
		return nanos % nanosPerSecond
	case milliOfDay:
		return nanos / 1_000_000
	default:
		return nanos
	}
}
