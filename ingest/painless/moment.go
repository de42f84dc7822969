package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A chronology says which class of java.time a moment is of.
type chronology uint8

const (
	zonedDateTime chronology = iota // a document.KindDateTime outside of this file
	offsetDateTime
	localDateTime
	localDate
	localTime
	offsetTime
	instant
	year
	yearMonth
	monthDay
)

var chronologyNames = [...]string{
	"ZonedDateTime", "OffsetDateTime", "LocalDateTime", "LocalDate", "LocalTime", "OffsetTime", "Instant", "Year", "YearMonth",
	"MonthDay",
}

func (c chronology) hasDate() bool   { return c <= localDate }
func (c chronology) hasTime() bool   { return c <= localTime && c != localDate || c == offsetTime }
func (c chronology) hasOffset() bool { return c <= offsetDateTime || c == offsetTime }

// onTimeline reports whether a moment is an instant.
func (c chronology) onTimeline() bool { return c <= offsetDateTime || c == instant }

// A moment is a date, a time, both, or less, with or without a zone. What has no
// zone is in UTC; what has no date is of 1970-01-01.
type moment struct {
	chronology chronology
	t          time.Time
}

// JavaClass implements document.Object.
func (m moment) JavaClass() string { return "java.time." + chronologyNames[m.chronology] }

// AppendText implements document.Object: ISO 8601, as short as it goes.
func (m moment) AppendText(dst []byte) []byte {
	switch m.chronology {
	case zonedDateTime:
		return document.DateTime(m.t).AppendText(dst)
	case offsetDateTime:
		return appendOffset(appendClock(append(appendDate(dst, m.t), 'T'), m.t), m.t)
	case localDateTime:
		return appendClock(append(appendDate(dst, m.t), 'T'), m.t)
	case localDate:
		return appendDate(dst, m.t)
	case localTime:
		return appendClock(dst, m.t)
	case offsetTime:
		return appendOffset(appendClock(dst, m.t), m.t)
	case year:
		return appendInt(dst, m.t.Year())
	case yearMonth:
		return m.t.AppendFormat(appendYear(dst, m.t.Year()), "-01")
	case monthDay:
		return m.t.AppendFormat(dst, "--01-02")
	case instant:
	}
	dst = append(appendDate(dst, m.t), 'T')
	return append(appendFraction(m.t.AppendFormat(dst, "15:04:05"), m.t), 'Z')
}

func appendDate(dst []byte, t time.Time) []byte {
	return t.AppendFormat(appendYear(dst, t.Year()), "-01-02")
}

// appendClock leaves out seconds and fraction that are zero.
func appendClock(dst []byte, t time.Time) []byte {
	if t.Second() == 0 && t.Nanosecond() == 0 {
		return t.AppendFormat(dst, "15:04")
	}
	return appendFraction(t.AppendFormat(dst, "15:04:05"), t)
}

func appendFraction(dst []byte, t time.Time) []byte {
	switch ns := t.Nanosecond(); {
	case ns == 0:
		return dst
	case ns%1e6 == 0:
		return t.AppendFormat(dst, ".000")
	case ns%1e3 == 0:
		return t.AppendFormat(dst, ".000000")
	}
	return t.AppendFormat(dst, ".000000000")
}

func appendOffset(dst []byte, t time.Time) []byte {
	if _, seconds := t.Zone(); seconds%60 != 0 {
		return t.AppendFormat(dst, "Z07:00:00")
	}
	return t.AppendFormat(dst, "Z07:00")
}

// Identity implements document.Object.
func (m moment) Identity() string { return string(m.AppendText(nil)) }

// HashCode implements document.Object.
func (m moment) HashCode() int32 { return document.String(m.Identity()).HashCode() }

func (m moment) compareTo(o document.Object) int {
	other := o.(moment).t
	if m.chronology == localDate || m.chronology == year || m.chronology == yearMonth || m.chronology == monthDay {
		for _, d := range [...]int{
			m.t.Year() - other.Year(), int(m.t.Month()) - int(other.Month()), m.t.Day() - other.Day(),
		} {
			if d != 0 {
				return d
			}
		}
		return 0
	}
	return m.t.Compare(other)
}

// value returns the moment as what scripts see.
func (m moment) value() Value {
	if m.chronology == zonedDateTime {
		return document.DateTime(m.t)
	}
	return document.ObjectOf(m)
}

// as returns the moment as another class: what that does not have is dropped.
func (m moment) as(c chronology) moment {
	t := m.t
	switch c {
	case localDateTime, localDate, localTime, year, yearMonth, monthDay:
		t = wall(t, time.UTC)
	case instant:
		t = t.UTC()
	case zonedDateTime, offsetDateTime, offsetTime:
	}
	switch c {
	case localDate:
		t = utcDate(t.Year(), t.Month(), t.Day())
	case year:
		t = utcDate(t.Year(), 1, 1)
	case yearMonth:
		t = utcDate(t.Year(), t.Month(), 1)
	case monthDay:
		t = utcDate(2000, t.Month(), t.Day())
	case localTime, offsetTime:
		t = time.Date(1970, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
	case zonedDateTime, offsetDateTime, localDateTime, instant:
	}
	return moment{c, t}
}

// wall returns the same reading of calendar and clock in another location.
func wall(t time.Time, loc *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), loc)
}

// temporal returns the moment that a value of a class of java.time is.
func (t *thread) temporal(v Value) moment {
	if v.Kind() == document.KindDateTime {
		return moment{zonedDateTime, v.Time()}
	}
	t.notNull(v)
	switch d := v.Object().(type) {
	case calendarDate:
		return d.iso()
	case hijrahDate:
		return moment{localDate, d.t}
	}
	m, ok := v.Object().(moment)
	if !ok {
		t.throw(dateTimeException, "Unable to obtain a date or time from %s of type %s", v.Text(), javaClass(v))
	}
	return m
}

// instant returns the moment on the timeline, or on that of the day, that two
// are compared by.
func (t *thread) instant(v Value) time.Time {
	m := t.temporal(v)
	if m.chronology == localDate {
		t.throw(unsupportedTemporal, "Unsupported unit: Seconds")
	}
	return m.t
}

// need returns v as a class that it must have enough for.
func (t *thread) need(v Value, c chronology) moment {
	if p, ok := v.Object().(parsedTime); ok {
		m, ok := p.moment(t, c)
		if !ok {
			t.throw(dateTimeException, "%s", p.lacking(chronologyNames[c]))
		}
		return m
	}
	m := t.temporal(v)
	lacks := c.hasDate() && !m.chronology.hasDate() || c.hasTime() && !m.chronology.hasTime() ||
		c.hasOffset() && !m.chronology.hasOffset() || c == instant && !m.chronology.onTimeline()
	switch {
	case m.chronology == c:
		return m
	case lacks:
		t.throw(dateTimeException, "Unable to obtain %s from TemporalAccessor: %s of type %s", chronologyNames[c], m.Identity(), m.JavaClass())
	}
	return m.as(c)
}

func appendInt(dst []byte, n int) []byte { return document.Long(int64(n)).AppendText(dst) }

// appendYear shows years of more than four digits with a sign.
func appendYear(dst []byte, n int) []byte {
	switch {
	case n > 9999:
		return appendInt(append(dst, '+'), n)
	case n < 0:
		dst = append(dst, '-')
		n = -n
	}
	for limit := 1000; limit > n && limit > 1; limit /= 10 {
		dst = append(dst, '0')
	}
	return appendInt(dst, n)
}
