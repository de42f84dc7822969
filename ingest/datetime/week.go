package datetime

// A weekRule is java.time.temporal.WeekFields: on which day weeks begin and
// how many days of a year its first week has at least.
type weekRule struct {
	firstDay int64 // Monday is 1
	minDays  int64
}

// isoWeeks is WeekFields.ISO.
var isoWeeks = weekRule{firstDay: 1, minDays: 4}

// dow returns the day of the week, the first being 1.
func (w weekRule) dow(day int64) int64 { return floorMod(weekday(day)-w.firstDay, 7) + 1 }

// offset returns where week 1 begins, relative to day 1 of a month or year of
// which a day n is the dow-th of its week.
func (w weekRule) offset(n, dow int64) int64 {
	start := floorMod(n-dow, 7)
	if start+1 > w.minDays {
		return 7 - start
	}
	return -start
}

func weekOf(offset, n int64) int64 { return (7 + offset + n - 1) / 7 }

// firstWeekday returns the day on which week 1 of a week-based year begins.
func (w weekRule) firstWeekday(y int64) int64 {
	first := firstDay(y)
	return first - w.offset(1, w.dow(first))
}

// weeksIn returns the number of weeks of a week-based year.
func (w weekRule) weeksIn(y int64) int64 { return (w.firstWeekday(y+1) - w.firstWeekday(y)) / 7 }

// yearAndWeek returns the week-based year and its week.
func (w weekRule) yearAndWeek(day int64) (y, week int64) {
	y = dateOf(day).year + 1
	for day < w.firstWeekday(y) {
		y--
	}
	return y, (day-w.firstWeekday(y))/7 + 1
}

// fieldOf returns a date field of a day.
func (w weekRule) fieldOf(f field, day int64) int64 {
	d := dateOf(day)
	switch f {
	case era:
		if d.year > 0 {
			return 1
		}
		return 0
	case yearOfEra:
		if d.year > 0 {
			return d.year
		}
		return 1 - d.year
	case year:
		return d.year
	case quarterOfYear:
		return int64(d.month-1)/3 + 1
	case monthOfYear:
		return int64(d.month)
	case dayOfMonth:
		return int64(d.day)
	case dayOfYear:
		return day - firstDay(d.year) + 1
	case dayOfWeek:
		return weekday(day)
	case alignedWeekOfMonth:
		return int64(d.day-1)/7 + 1
	case modifiedJulianDay:
		return day + julianEpoch
	default:
		return w.weekField(f, day, d)
	}
}

// julianEpoch is 1970-01-01 as a modified Julian day.
const julianEpoch = 40_587

func (w weekRule) weekField(f field, day int64, d date) int64 {
	switch f {
	case localDayOfWeek:
		return w.dow(day)
	case weekOfMonth:
		n := int64(d.day)
		return weekOf(w.offset(n, w.dow(day)), n)
	case isoWeek, isoWeekBasedYear:
		w = isoWeeks
	default:
	}
	y, week := w.yearAndWeek(day)
	if f == weekBasedYear || f == isoWeekBasedYear {
		return y
	}
	return week
}

// resolveWeeks is what the week fields' resolve methods do.
func (r *resolver) resolveWeeks() {
	if r.fault.is() {
		return
	}
	if r.have.has(modifiedJulianDay) {
		r.setDay(r.checked(modifiedJulianDay) - julianEpoch)
	}
	if r.have.has(localDayOfWeek) {
		r.derive(localDayOfWeek, dayOfWeek, floorMod(r.week.firstDay-1+r.checked(localDayOfWeek)-1, 7)+1)
	}
	if !r.have.has(dayOfWeek) || r.fault.is() {
		return
	}
	switch have := r.have; {
	case have.hasAll(setOf(isoWeek, isoWeekBasedYear)):
		r.weekBased(isoWeeks, isoWeekBasedYear, isoWeek)
	case have.hasAll(setOf(weekOfWeekBasedYear, weekBasedYear)) && !have.has(year):
		r.weekBased(r.week, weekBasedYear, weekOfWeekBasedYear)
	case have.hasAll(setOf(year, monthOfYear, weekOfMonth)):
		r.resolveWeekOfMonth()
	}
}

func (r *resolver) weekBased(rule weekRule, yearField, weekField field) {
	y, week, dow := r.checked(yearField), r.take(weekField), r.checked(dayOfWeek)
	most := int64(53)
	if yearField == weekBasedYear || r.style == strict {
		most = rule.weeksIn(y)
	}
	if r.style != lenient && (week < 1 || week > most) {
		r.fail(fault{kind: badWeek, field: weekField, value: week, other: most})
	}
	if !r.fault.is() {
		r.setDay(rule.firstWeekday(y) + (week-1)*7 + floorMod(dow-rule.firstDay, 7))
	}
}

func (r *resolver) resolveWeekOfMonth() {
	y, month := r.checked(year), r.checked(monthOfYear)
	week, dow := r.checked(weekOfMonth), r.checked(dayOfWeek)
	if r.fault.is() {
		return
	}
	first := date{y, int(month), 1}.epochDay()
	day := first + (week-r.week.weekField(weekOfMonth, first, dateOf(first)))*7 +
		floorMod(dow-r.week.firstDay, 7) + 1 - r.week.dow(first)
	if r.style == strict && dateOf(day).month != int(month) {
		r.fail(fault{kind: badMonth})
	}
	r.setDay(day)
}

// weekStart returns the first day of a week of a week-based year, for dates
// that have no day. Elasticsearch adds the weeks to week 1 without a check.
func (w weekRule) weekStart(y, week int64) int64 { return w.firstWeekday(y) + (week-1)*7 }
