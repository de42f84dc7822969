package painless

import (
	"fmt"
	"time"
)

// A chronoField is a ChronoField that moments have, with its range.
type chronoField struct {
	name     string // of the constant
	low      int64
	high     int64
	isDate   bool
	get      func(t time.Time) int64
	set      func(t time.Time, n int64) time.Time // nil for one that cannot be set
	shownAs  string                               // in messages
	ofMonths bool                                 // YearMonth has it, too
}

func withDate(t time.Time, y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

func withNanos(t time.Time, nanos int64) time.Time { return moment{t: t}.atNanos(nanos).t }

// clockField is a part of the time of day: count parts of size each.
func clockField(name, shown string, size time.Duration, count int64) chronoField {
	return chronoField{
		name: name, shownAs: shown, high: count - 1,
		get: func(t time.Time) int64 { return nanosOfDay(t) / int64(size) % count },
		set: func(t time.Time, n int64) time.Time {
			now := nanosOfDay(t) / int64(size) % count
			return withNanos(t, nanosOfDay(t)+(n-now)*int64(size))
		},
	}
}

// dayField is a number of small parts since midnight.
func dayField(name, shown string, size time.Duration) chronoField {
	f := clockField(name, shown, size, int64(24*time.Hour/size))
	f.set = func(t time.Time, n int64) time.Time { return withNanos(t, n*int64(size)+nanosOfDay(t)%int64(size)) }
	if size < time.Second { // a smaller part would not keep its place
		f.set = func(t time.Time, n int64) time.Time { return withNanos(t, n*int64(size)) }
	}
	return f
}

// fields has the fields by the name of the constant.
func fields() map[string]chronoField {
	out := make(map[string]chronoField)
	for _, f := range []chronoField{
		clockField("NANO_OF_SECOND", "NanoOfSecond", 1, 1e9),
		{name: "MICRO_OF_SECOND", shownAs: "MicroOfSecond", high: 1e6 - 1,
			get: func(t time.Time) int64 { return int64(t.Nanosecond() / 1e3) },
			set: func(t time.Time, n int64) time.Time { return withNanos(t, nanosOfDay(t)/1e9*1e9+n*1e3) }},
		{name: "MILLI_OF_SECOND", shownAs: "MilliOfSecond", high: 999,
			get: func(t time.Time) int64 { return int64(t.Nanosecond() / 1e6) },
			set: func(t time.Time, n int64) time.Time { return withNanos(t, nanosOfDay(t)/1e9*1e9+n*1e6) }},
		dayField("NANO_OF_DAY", "NanoOfDay", 1), dayField("MICRO_OF_DAY", "MicroOfDay", time.Microsecond),
		dayField("MILLI_OF_DAY", "MilliOfDay", time.Millisecond), dayField("SECOND_OF_DAY", "SecondOfDay", time.Second),
		dayField("MINUTE_OF_DAY", "MinuteOfDay", time.Minute),
		clockField("SECOND_OF_MINUTE", "SecondOfMinute", time.Second, 60),
		clockField("MINUTE_OF_HOUR", "MinuteOfHour", time.Minute, 60),
		clockField("HOUR_OF_DAY", "HourOfDay", time.Hour, 24),
		clockField("HOUR_OF_AMPM", "HourOfAmPm", time.Hour, 12),
		clockField("AMPM_OF_DAY", "AmPmOfDay", 12*time.Hour, 2),
		{name: "DAY_OF_WEEK", shownAs: "DayOfWeek", low: 1, high: 7, isDate: true, get: weekday,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, int(n-weekday(t))) }},
		{name: "DAY_OF_MONTH", shownAs: "DayOfMonth", low: 1, high: 31, isDate: true,
			get: func(t time.Time) int64 { return int64(t.Day()) },
			set: func(t time.Time, n int64) time.Time { return withDate(t, t.Year(), t.Month(), int(n)) }},
		{name: "DAY_OF_YEAR", shownAs: "DayOfYear", low: 1, high: 366, isDate: true,
			get: func(t time.Time) int64 { return int64(t.YearDay()) },
			set: func(t time.Time, n int64) time.Time { return withDate(t, t.Year(), 1, int(n)) }},
		{name: "EPOCH_DAY", shownAs: "EpochDay", low: -365243219162, high: 365241780471, isDate: true, get: epochDay,
			set: func(t time.Time, n int64) time.Time { return t.AddDate(0, 0, int(n-epochDay(t))) }},
		{name: "MONTH_OF_YEAR", shownAs: "MonthOfYear", low: 1, high: 12, isDate: true, ofMonths: true,
			get: func(t time.Time) int64 { return int64(t.Month()) },
			set: func(t time.Time, n int64) time.Time { return plusMonths(t, n-int64(t.Month())) }},
		{name: "PROLEPTIC_MONTH", shownAs: "ProlepticMonth", low: minYear * 12, high: maxYear*12 + 11, isDate: true, ofMonths: true,
			get: monthNumber, set: func(t time.Time, n int64) time.Time { return plusMonths(t, n-monthNumber(t)) }},
		{name: "YEAR", shownAs: "Year", low: minYear, high: maxYear, isDate: true, ofMonths: true,
			get: func(t time.Time) int64 { return int64(t.Year()) },
			set: func(t time.Time, n int64) time.Time { return plusMonths(t, 12*(n-int64(t.Year()))) }},
		{name: "CLOCK_HOUR_OF_DAY", shownAs: "ClockHourOfDay", low: 1, high: 24,
			get: func(t time.Time) int64 { return int64(t.Hour()+23)%24 + 1 },
			set: func(t time.Time, n int64) time.Time {
				return withNanos(t, nanosOfDay(t)+(n%24-int64(t.Hour()))*int64(time.Hour))
			}},
		{name: "CLOCK_HOUR_OF_AMPM", shownAs: "ClockHourOfAmPm", low: 1, high: 12,
			get: func(t time.Time) int64 { return int64(t.Hour()+11)%12 + 1 },
			set: func(t time.Time, n int64) time.Time {
				return withNanos(t, nanosOfDay(t)+(n%12-int64(t.Hour()%12))*int64(time.Hour))
			}},
		{name: "YEAR_OF_ERA", shownAs: "YearOfEra", low: 1, high: maxYear, isDate: true, ofMonths: true,
			get: func(t time.Time) int64 { return max(int64(t.Year()), 1-int64(t.Year())) },
			set: func(t time.Time, n int64) time.Time {
				if t.Year() < 1 {
					n = 1 - n
				}
				return plusMonths(t, 12*(n-int64(t.Year())))
			}},
		{name: "ERA", shownAs: "Era", high: 1, isDate: true, ofMonths: true,
			get: func(t time.Time) int64 { return int64(min(max(t.Year(), 0), 1)) },
			set: func(t time.Time, n int64) time.Time {
				if (n == 1) == (t.Year() > 0) {
					return t
				}
				return plusMonths(t, 12*(1-2*int64(t.Year())))
			}},
		{name: "ALIGNED_DAY_OF_WEEK_IN_MONTH", shownAs: "AlignedDayOfWeekInMonth", low: 1, high: 7, isDate: true,
			get: func(t time.Time) int64 { return int64(t.Day()-1)%7 + 1 }},
		{name: "ALIGNED_DAY_OF_WEEK_IN_YEAR", shownAs: "AlignedDayOfWeekInYear", low: 1, high: 7, isDate: true,
			get: func(t time.Time) int64 { return int64(t.YearDay()-1)%7 + 1 }},
		{name: "ALIGNED_WEEK_OF_MONTH", shownAs: "AlignedWeekOfMonth", low: 1, high: 5, isDate: true,
			get: func(t time.Time) int64 { return int64(t.Day()-1)/7 + 1 }},
		{name: "ALIGNED_WEEK_OF_YEAR", shownAs: "AlignedWeekOfYear", low: 1, high: 53, isDate: true,
			get: func(t time.Time) int64 { return int64(t.YearDay()-1)/7 + 1 }},
	} {
		out[f.name] = f
	}
	for _, f := range isoFields() {
		out[f.name] = f
	}
	for _, w := range weekRules() {
		for _, f := range w.fields() {
			out[f.name] = f
		}
	}
	return out
}

// weekday is the day of the week, Monday being 1.
func weekday(t time.Time) int64 { return (int64(t.Weekday())+6)%7 + 1 }

// field finds a field that a class has.
func (t *thread) field(m moment, name string) chronoField {
	f, ok := t.lib.fields[name]
	if !ok || !m.chronology.has(&f) {
		t.throw(unsupportedTemporal, "Unsupported field: %s", fieldName(name, f))
	}
	return f
}

// has reports whether a class has a field.
func (c chronology) has(f *chronoField) bool {
	switch {
	case f.isDate && c == monthDay:
		return f.name == "MONTH_OF_YEAR" || f.name == "DAY_OF_MONTH"
	case f.isDate:
		return c.hasDate() || f.ofMonths && (c == yearMonth || c == year && f.name == "YEAR")
	}
	return c.hasTime() || c == instant && (f.name == "NANO_OF_SECOND" || f.name == "MICRO_OF_SECOND" || f.name == "MILLI_OF_SECOND")
}

// supports is TemporalAccessor.isSupported.
func (t *thread) supports(m moment, name string) bool {
	switch name {
	case "INSTANT_SECONDS":
		return m.chronology.onTimeline()
	case "OFFSET_SECONDS":
		return m.chronology.hasOffset()
	}
	f, ok := t.lib.fields[name]
	return ok && m.chronology.has(&f)
}

func fieldName(name string, f chronoField) string {
	if f.shownAs != "" {
		return f.shownAs
	}
	for _, v := range chronoFields {
		if enumIn(v).name == name {
			return enumIn(v).shown
		}
	}
	return name
}

// getField is TemporalAccessor.getLong.
func (t *thread) getField(m moment, name string) int64 {
	switch {
	case name == "INSTANT_SECONDS" && m.chronology.onTimeline():
		return m.t.Unix()
	case name == "OFFSET_SECONDS" && m.chronology.hasOffset():
		_, seconds := m.t.Zone()
		return int64(seconds)
	}
	return t.field(m, name).get(m.t)
}

// setField is Temporal.with.
func (t *thread) setField(m moment, name string, n int64) moment {
	switch {
	case name == "INSTANT_SECONDS" && m.chronology.onTimeline():
		return moment{m.chronology, time.Unix(n, int64(m.t.Nanosecond())).In(m.t.Location())}
	case name == "OFFSET_SECONDS" && m.chronology.hasOffset() && m.chronology != zonedDateTime:
		return moment{m.chronology, wall(m.t, zoneIn(t.offset(n)).Location())}
	}
	f := t.field(m, name)
	if n < f.low || n > f.high {
		high := fmt.Sprint(f.high)
		switch name {
		case "DAY_OF_MONTH":
			high = "28/31"
		case "DAY_OF_YEAR":
			high = "365/366"
		}
		t.throw(dateTimeException, "Invalid value for %s (valid values %d - %s): %d", f.shownAs, f.low, high, n)
	}
	if f.set == nil {
		t.throw(unsupportedTemporal, "Unsupported field: %s", f.shownAs)
	}
	t.checkDay(m.t, name, n)
	return moment{m.chronology, f.set(m.t, n)}
}

// checkDay throws for a day that the month or year does not have.
func (t *thread) checkDay(at time.Time, name string, n int64) {
	switch {
	case name == "DAY_OF_MONTH" && n > int64(daysIn(at)):
		if n == 29 {
			t.throw(dateTimeException, "Invalid date 'February 29' as '%d' is not a leap year", at.Year())
		}
		t.throw(dateTimeException, "Invalid date '%s %d'", enumIn(months[at.Month()-1]).name, n)
	case name == "DAY_OF_YEAR" && n == 366 && !isLeap(at.Year()):
		t.throw(dateTimeException, "Invalid date 'DayOfYear 366' as '%d' is not a leap year", at.Year())
	}
}
