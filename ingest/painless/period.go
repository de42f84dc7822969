package painless

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A period is a java.time.Period.
type period struct {
	years, months, days int64
	calendar            *calendarSystem // nil for ISO, in which it is a Period
}

// JavaClass implements document.Object.
func (p period) JavaClass() string {
	if p.system() != isoSystem {
		return "java.time.chrono.ChronoPeriodImpl"
	}
	return "java.time.Period"
}

// AppendText implements document.Object: P1Y2M3D.
func (p period) AppendText(dst []byte) []byte {
	if p.system() != isoSystem {
		dst = append(append(dst, p.calendar.id...), ' ')
	}
	if p.isZero() {
		return append(dst, "P0D"...)
	}
	dst = append(dst, 'P')
	for i, n := range [...]int64{p.years, p.months, p.days} {
		if n != 0 {
			dst = append(strconv.AppendInt(dst, n, 10), "YMD"[i])
		}
	}
	return dst
}

// Identity implements document.Object.
func (p period) Identity() string {
	return fmt.Sprintf("%s,%d,%d,%d", p.system().id, p.years, p.months, p.days)
}

// HashCode implements document.Object.
func (p period) HashCode() int32 {
	hash := int32(p.years) + rotate(int32(p.months), 8) + rotate(int32(p.days), 16)
	if p.system() != isoSystem {
		hash ^= p.calendar.HashCode()
	}
	return hash
}

func rotate(i int32, n uint) int32 { return int32(uint32(i)<<n | uint32(i)>>(32-n)) }

func newPeriod(years, months, days int64) Value {
	return document.ObjectOf(period{years: years, months: months, days: days})
}

func periodIn(v Value) period {
	return objectOf[period](v)
}

func (p period) plus(o period, sign int64) Value {
	return document.ObjectOf(period{p.years + sign*o.years, p.months + sign*o.months, p.days + sign*o.days, p.calendar})
}

func (p period) times(n int64) period {
	return period{p.years * n, p.months * n, p.days * n, p.calendar}
}

func (p period) isZero() bool { return p.years == 0 && p.months == 0 && p.days == 0 }

// system is the calendar.
func (p period) system() *calendarSystem {
	if p.calendar == nil {
		return isoSystem
	}
	return p.calendar
}

func periodClass() classSpec {
	s := classSpec{
		name: "Period", java: "java.time.Period", extends: []string{"ChronoPeriod"}, methods: append(periodArithmetic("Period"), periodMethods...),
		constants: map[string]any{"ZERO": newPeriod(0, 0, 0)},
		statics: []member{
			{"Period between(LocalDate, LocalDate)", func(t *thread, args []Value) Value {
				return periodBetween(t.temporal(args[0]), t.temporal(args[1]))
			}},
			{"Period from(TemporalAmount)", itself},
			{"Period of(int, int, int)", func(_ *thread, args []Value) Value {
				return newPeriod(args[0].Int64(), args[1].Int64(), args[2].Int64())
			}},
			{"Period ofWeeks(int)", func(v Value) Value { return newPeriod(0, 0, 7*v.Int64()) }},
			{"Period parse(CharSequence)", parsePeriod},
		},
	}
	for name, one := range map[string]period{"Years": {years: 1}, "Months": {months: 1}, "Days": {days: 1}} {
		s.statics = append(s.statics, member{"Period of" + name + "(int)", func(v Value) Value {
			return document.ObjectOf(one.times(v.Int64()))
		}})
		s.methods = append(s.methods,
			member{"Period plus" + name + "(long)", func(_ *thread, args []Value) Value {
				return periodIn(args[0]).plus(one.times(args[1].Int64()), 1)
			}},
			member{"Period minus" + name + "(long)", func(_ *thread, args []Value) Value {
				return periodIn(args[0]).plus(one.times(args[1].Int64()), -1)
			}})
	}
	return s
}

var periodMethods = []member{
	{"int getDays()", func(v Value) Value { return document.Integer(int32(periodIn(v).days)) }},
	{"int getMonths()", func(v Value) Value { return document.Integer(int32(periodIn(v).months)) }},
	{"int getYears()", func(v Value) Value { return document.Integer(int32(periodIn(v).years)) }},
	{"IsoChronology getChronology()", func(Value) Value { return isoCalendar }},
	{"long toTotalMonths()", func(v Value) Value { return document.Long(periodIn(v).years*12 + periodIn(v).months) }},
	{"Period withDays(int)", func(_ *thread, args []Value) Value {
		p := periodIn(args[0])
		return newPeriod(p.years, p.months, args[1].Int64())
	}},
	{"Period withMonths(int)", func(_ *thread, args []Value) Value {
		p := periodIn(args[0])
		return newPeriod(p.years, args[1].Int64(), p.days)
	}},
	{"Period withYears(int)", func(_ *thread, args []Value) Value {
		p := periodIn(args[0])
		return newPeriod(args[1].Int64(), p.months, p.days)
	}},
}

// periodBetween is LocalDate.until: whole months first, then the days that are
// left.
func periodBetween(a, b moment) Value {
	months := monthNumber(b.t) - monthNumber(a.t)
	days := int64(b.t.Day() - a.t.Day())
	switch {
	case months > 0 && days < 0:
		months--
		days = epochDay(b.t) - epochDay(plusMonths(a.t, months))
	case months < 0 && days > 0:
		months++
		days -= int64(daysIn(b.t))
	}
	return newPeriod(months/12, months%12, days)
}

var periodSyntax = regexp.MustCompile(`^([-+]?)[Pp](?:([-+]?\d{1,9})[Yy])?(?:([-+]?\d{1,9})[Mm])?(?:([-+]?\d{1,9})[Ww])?(?:([-+]?\d{1,9})[Dd])?$`)

func parsePeriod(t *thread, args []Value) Value {
	text := t.text(args[0])
	parts := periodSyntax.FindStringSubmatch(text)
	if parts == nil || strings.Join(parts[2:], "") == "" {
		t.throwWith(dateTimeParse, parseDetails(text, 0), "Text cannot be parsed to a Period")
	}
	var n [4]int64
	for i := range n {
		n[i], _ = strconv.ParseInt(parts[i+2], 10, 64)
	}
	p := period{years: n[0], months: n[1], days: 7*n[2] + n[3]}
	if parts[1] == "-" {
		p = p.times(-1)
	}
	return document.ObjectOf(p)
}
