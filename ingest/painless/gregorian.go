package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A gregorian is a java.util.GregorianCalendar, without the Julian calendar
// before 1582. Fields that are set count when the time is asked for, the last
// ones first.
type gregorian struct {
	at       time.Time // in the zone, as of the last time that it was computed
	zone     timeZone
	fields   [calendarFields]int
	stamps   [calendarFields]int // when a field was set, 0 if it is not, 1 if it was computed
	next     int                 // stamp, 0 if nothing was set since the time was computed
	strict   bool
	firstDay int // of the week, Sunday being 1
	minDays  int // in the first week
}

// The fields of Calendar.
const (
	calEra = iota
	calYear
	calMonth
	calWeekOfYear
	calWeekOfMonth
	calDate
	calDayOfYear
	calDayOfWeek
	calDayOfWeekInMonth
	calAmPm
	calHour
	calHourOfDay
	calMinute
	calSecond
	calMillisecond
	calZoneOffset
	calDstOffset
	calendarFields
)

// JavaClass implements document.Object.
func (*gregorian) JavaClass() string { return "java.util.GregorianCalendar" }

// AppendText implements document.Object. Java shows all fields.
func (g *gregorian) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "java.util.GregorianCalendar[time=%d,zone=%s]", g.time().UnixMilli(), g.zone.ID())
}

// Identity implements document.Object.
func (g *gregorian) Identity() string {
	return fmt.Sprint(g.time().UnixMilli(), g.strict, g.firstDay, g.minDays, g.zone.ID())
}

// HashCode implements document.Object.
func (g *gregorian) HashCode() int32 { return document.Long(g.time().UnixMilli()).HashCode() }

func (g *gregorian) compareTo(o document.Object) int { return g.time().Compare(o.(*gregorian).time()) }

func newGregorian(z timeZone, at time.Time) *gregorian {
	g := &gregorian{zone: z, firstDay: 1, minDays: 1}
	g.setTime(at)
	return g
}

// setTime makes at the time and computes the fields.
func (g *gregorian) setTime(at time.Time) {
	g.at, g.next = at.In(g.zone.Location()), 0
	g.compute()
}

func (g *gregorian) compute() {
	t := g.at
	_, offset := t.Zone()
	dst := 0
	if t.IsDST() {
		dst = 3600
	}
	g.fields = [calendarFields]int{
		calEra: 1, calYear: t.Year(), calMonth: int(t.Month()) - 1, calWeekOfYear: g.weekOfYear(t),
		calWeekOfMonth: g.week(t.Day(), weekdayOf(t)), calDate: t.Day(), calDayOfYear: t.YearDay(), calDayOfWeek: weekdayOf(t),
		calDayOfWeekInMonth: (t.Day()-1)/7 + 1, calAmPm: t.Hour() / 12, calHour: t.Hour() % 12, calHourOfDay: t.Hour(),
		calMinute: t.Minute(), calSecond: t.Second(), calMillisecond: t.Nanosecond() / 1e6,
		calZoneOffset: (offset - dst) * 1000, calDstOffset: dst * 1000,
	}
	if t.Year() < 1 {
		g.fields[calEra], g.fields[calYear] = 0, 1-t.Year()
	}
	for f := range g.stamps {
		g.stamps[f] = 1
	}
}

// weekdayOf is the day of the week, Sunday being 1.
func weekdayOf(t time.Time) int { return int(t.Weekday()) + 1 }

// week is the number of the week that a day of a month or year is in, by its day
// of the week; 0 if it is before the first.
func (g *gregorian) week(day, weekday int) int {
	before := floorModInt(weekday-(day-1)-g.firstDay, 7) // days of the week before day 1
	n := (day - 1 + before) / 7
	if 7-before >= g.minDays {
		n++
	}
	return n
}

func (g *gregorian) weekOfYear(t time.Time) int {
	n := g.week(t.YearDay(), weekdayOf(t))
	if n == 0 {
		last := time.Date(t.Year()-1, 12, 31, 0, 0, 0, 0, time.UTC)
		return g.week(last.YearDay()+t.YearDay(), weekdayOf(t))
	}
	next := time.Date(t.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
	left := yearLength(t.Year()) - t.YearDay() + 1 // days until next
	if before := floorModInt(weekdayOf(next)-g.firstDay, 7); 7-before >= g.minDays && left <= before {
		return 1
	}
	return n
}

func yearLength(y int) int {
	if isLeap(y) {
		return 366
	}
	return 365
}

// set sets a field; the time follows when it is asked for.
func (g *gregorian) set(field, n int) {
	g.next = max(g.next, 1) + 1
	g.fields[field], g.stamps[field] = n, g.next
}

// clear makes a field as if it had never been set.
func (g *gregorian) clear(field int) {
	g.fields[field], g.stamps[field] = 0, 0
	g.next = max(g.next, 1)
}

func (g *gregorian) clearAll() {
	for f := range calendarFields {
		g.clear(f)
	}
}

// time returns the time, after the fields that were set have had their effect.
func (g *gregorian) time() time.Time {
	if g.next > 0 {
		day := g.day()
		hour := g.hour()
		at := time.Date(day.Year(), day.Month(), day.Day(), hour, g.fields[calMinute], g.fields[calSecond], 0, g.location())
		g.setTime(at.Add(time.Duration(g.fields[calMillisecond]) * time.Millisecond))
	}
	return g.at
}

// location is the zone, or the offset that was set.
func (g *gregorian) location() *time.Location {
	if max(g.stamps[calZoneOffset], g.stamps[calDstOffset]) > 1 {
		return time.FixedZone("", (g.fields[calZoneOffset]+g.fields[calDstOffset])/1000)
	}
	return g.zone.Location()
}

func (g *gregorian) hour() int {
	half := max(g.stamps[calHour], g.stamps[calAmPm])
	if g.stamps[calHour] == 0 || g.stamps[calAmPm] == 0 {
		if g.stamps[calHourOfDay] > 0 {
			half = 0
		}
	}
	if g.stamps[calHourOfDay] >= half {
		return g.fields[calHourOfDay]
	}
	return g.fields[calHour] + 12*g.fields[calAmPm]
}

// latest is the stamp of fields that count only together.
func (g *gregorian) latest(a, b int) int {
	if g.stamps[a] == 0 || g.stamps[b] == 0 {
		return 0
	}
	return max(g.stamps[a], g.stamps[b])
}

// day returns the date that the fields say, by the rule of GregorianCalendar:
// the fields set last say how.
func (g *gregorian) day() time.Time {
	y := 1970
	if g.stamps[calYear] > 0 {
		y = g.fields[calYear]
	}
	if g.stamps[calEra] > 0 && g.fields[calEra] == 0 {
		y = 1 - y
	}
	first := func(m int) time.Time { return time.Date(y, time.Month(m+1), 1, 0, 0, 0, 0, time.UTC) }
	month := first(g.fields[calMonth])
	switch g.dateBy() {
	case calDayOfYear:
		return first(0).AddDate(0, 0, g.fields[calDayOfYear]-1)
	case calWeekOfYear:
		return g.inWeek(first(0), g.fields[calWeekOfYear])
	case calWeekOfMonth:
		return g.inWeek(month, g.fields[calWeekOfMonth])
	case calDayOfWeekInMonth:
		n, day := g.fields[calDayOfWeekInMonth], g.weekday()
		if g.stamps[calDayOfWeekInMonth] == 0 {
			n = 1
		}
		if n >= 0 {
			return onOrBefore(month.AddDate(0, 0, 7*n-1), day)
		}
		return onOrBefore(month.AddDate(0, 0, daysIn(month)+7*(n+1)-1), day)
	}
	if g.stamps[calDate] == 0 {
		return month
	}
	return month.AddDate(0, 0, g.fields[calDate]-1)
}

// dateBy returns the field that says which day of the month or year it is.
func (g *gregorian) dateBy() int {
	stamps := map[int]int{
		calDate: g.stamps[calDate], calWeekOfMonth: g.latest(calWeekOfMonth, calDayOfWeek),
		calDayOfWeekInMonth: g.latest(calDayOfWeekInMonth, calDayOfWeek), calDayOfYear: g.stamps[calDayOfYear],
		calWeekOfYear: g.latest(calWeekOfYear, calDayOfWeek),
	}
	best := calDate
	for _, f := range [...]int{calWeekOfMonth, calDayOfWeekInMonth, calDayOfYear, calWeekOfYear} {
		if stamps[f] > stamps[best] {
			best = f
		}
	}
	if stamps[best] > 0 {
		return best
	}
	for _, f := range [...]int{calWeekOfMonth, calDayOfWeekInMonth, calWeekOfYear} {
		n := g.stamps[f]
		if f == calDayOfWeekInMonth {
			n = max(n, g.stamps[calDayOfWeek])
		}
		if n > stamps[best] {
			best, stamps[f] = f, n
		}
	}
	return best
}

func (g *gregorian) weekday() int {
	if g.stamps[calDayOfWeek] == 0 {
		return g.firstDay
	}
	return g.fields[calDayOfWeek]
}

// inWeek returns the day of the week in the nth week from a first day on.
func (g *gregorian) inWeek(first time.Time, n int) time.Time {
	start := onOrBefore(first.AddDate(0, 0, 6), g.firstDay)
	if int(start.Sub(first)/(24*time.Hour)) >= g.minDays {
		start = start.AddDate(0, 0, -7)
	}
	return start.AddDate(0, 0, floorModInt(g.weekday()-g.firstDay, 7)+7*(n-1))
}

func onOrBefore(t time.Time, weekday int) time.Time {
	return t.AddDate(0, 0, -floorModInt(weekdayOf(t)-weekday, 7))
}

// add moves the time by a number of what a field counts.
func (g *gregorian) add(field, n int) {
	at := g.time()
	switch field {
	case calYear:
		if at.Year() < 1 {
			n = -n // years before Christ count down
		}
		at = plusMonths(at, 12*int64(n))
	case calMonth:
		at = plusMonths(at, int64(n))
	case calEra:
	case calWeekOfYear, calWeekOfMonth, calDayOfWeekInMonth:
		at = at.AddDate(0, 0, 7*n)
	case calDate, calDayOfYear, calDayOfWeek:
		at = at.AddDate(0, 0, n)
	case calAmPm:
		at = time.Date(at.Year(), at.Month(), at.Day(), at.Hour()+12*(n%2), at.Minute(), at.Second(), at.Nanosecond(), at.Location()).AddDate(0, 0, n/2)
	default:
		at = at.Add(time.Duration(n) * clockUnits[field])
	}
	g.setTime(at)
}

// clockUnits is how long the parts of the time of day are.
var clockUnits = map[int]time.Duration{
	calHour: time.Hour, calHourOfDay: time.Hour, calMinute: time.Minute, calSecond: time.Second, calMillisecond: time.Millisecond,
}

// roll is add without an effect on the fields above.
func (g *gregorian) roll(field, n int) {
	at := g.time()
	low, high := g.actual(field, false), g.actual(field, true)
	now := g.fields[field]
	to := low + floorModInt(now-low+n, high-low+1)
	switch field {
	case calYear, calMonth:
		g.add(field, to-now)
	case calWeekOfYear, calWeekOfMonth, calDayOfWeekInMonth:
		g.setTime(at.AddDate(0, 0, 7*(to-now)))
	case calDayOfWeek: // within the week
		place := floorModInt(now-g.firstDay, 7)
		g.setTime(at.AddDate(0, 0, floorModInt(place+n, 7)-place))
	default:
		g.add(field, to-now)
	}
}

// calendarRanges has for every field its least minimum, the least and the
// greatest maximum.
var calendarRanges = [calendarFields][3]int{
	calEra: {0, 1, 1}, calYear: {1, 292269054, 292278994}, calMonth: {0, 11, 11}, calWeekOfYear: {1, 52, 53},
	calWeekOfMonth: {0, 4, 6}, calDate: {1, 28, 31}, calDayOfYear: {1, 365, 366}, calDayOfWeek: {1, 7, 7},
	calDayOfWeekInMonth: {1, 4, 6}, calAmPm: {0, 1, 1}, calHour: {0, 11, 11}, calHourOfDay: {0, 23, 23}, calMinute: {0, 59, 59},
	calSecond: {0, 59, 59}, calMillisecond: {0, 999, 999},
	calZoneOffset: {-13 * 3600_000, 14 * 3600_000, 14 * 3600_000}, calDstOffset: {0, 1200_000, 7200_000},
}

// actual is getActualMinimum or getActualMaximum.
func (g *gregorian) actual(field int, most bool) int {
	if !most {
		if field == calWeekOfMonth {
			at := g.time()
			return g.week(1, weekdayOf(at.AddDate(0, 0, 1-at.Day())))
		}
		return calendarRanges[field][0]
	}
	at := g.time()
	switch field {
	case calDate:
		return daysIn(at)
	case calDayOfYear:
		return yearLength(at.Year())
	case calDayOfWeekInMonth:
		return (daysIn(at)-(at.Day()-1)%7-1)/7 + 1
	case calWeekOfMonth:
		last := withDate(at, at.Year(), at.Month(), daysIn(at))
		return g.week(last.Day(), weekdayOf(last))
	case calWeekOfYear:
		return g.weeksIn(at.Year())
	}
	return calendarRanges[field][2]
}

// weeksIn returns the number of the last week of a year.
func (g *gregorian) weeksIn(y int) int {
	for day := 31; ; day -= 7 {
		if n := g.weekOfYear(time.Date(y, 12, day, 0, 0, 0, 0, time.UTC)); n > 1 {
			return n
		}
	}
}

// weekYear is the year that the week of the time belongs to.
func (g *gregorian) weekYear() int {
	at := g.time()
	switch n := g.fields[calWeekOfYear]; {
	case n == 1 && at.Month() == time.December:
		return at.Year() + 1
	case n > 50 && at.Month() == time.January:
		return at.Year() - 1
	}
	return at.Year()
}
