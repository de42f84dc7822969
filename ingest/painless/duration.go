package painless

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A duration is a java.time.Duration.
type duration struct {
	seconds int64
	nanos   int64 // 0 to 999,999,999
}

// JavaClass implements document.Object.
func (duration) JavaClass() string { return "java.time.Duration" }

// AppendText implements document.Object: PT8H6M12.345S.
func (d duration) AppendText(dst []byte) []byte {
	if d == (duration{}) {
		return append(dst, "PT0S"...)
	}
	seconds, nanos := d.seconds, d.nanos
	if seconds < 0 && nanos > 0 {
		seconds++
	}
	hours, minutes, rest := seconds/3600, seconds%3600/60, seconds%60
	dst = append(dst, "PT"...)
	if hours != 0 {
		dst = append(strconv.AppendInt(dst, hours, 10), 'H')
	}
	if minutes != 0 {
		dst = append(strconv.AppendInt(dst, minutes, 10), 'M')
	}
	if rest == 0 && nanos == 0 {
		return dst
	}
	if d.seconds < 0 && nanos > 0 {
		if rest == 0 {
			dst = append(dst, '-')
		}
		nanos = 1_000_000_000 - nanos
	}
	dst = strconv.AppendInt(dst, rest, 10)
	if nanos > 0 {
		dst = append(dst, strings.TrimRight(fmt.Sprintf(".%09d", nanos), "0")...)
	}
	return append(dst, 'S')
}

// Identity implements document.Object.
func (d duration) Identity() string { return fmt.Sprintf("%d.%d", d.seconds, d.nanos) }

// HashCode implements document.Object.
func (d duration) HashCode() int32 { return document.Long(d.seconds).HashCode() + 51*int32(d.nanos) }

func (d duration) compareTo(o document.Object) int {
	other := o.(duration)
	return cmp.Or(cmp.Compare(d.seconds, other.seconds), cmp.Compare(d.nanos, other.nanos))
}

// newDuration normalises nanos.
func newDuration(seconds, nanos int64) Value {
	seconds += floorDiv(nanos, 1e9)
	return document.ObjectOf(duration{seconds, floorMod(nanos, 1e9)})
}

func durationOf(d time.Duration) Value { return newDuration(0, int64(d)) }

func durationIn(v Value) duration {
	return objectOf[duration](v)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// times returns n times d, which must not overflow.
func (t *thread) times(d duration, n int64) duration {
	const limit = math.MaxInt64 / 4
	if n != 0 && abs(d.seconds) > limit/abs(n) {
		t.throw(arithmetic, "long overflow")
	}
	whole, rest := n/1e9, n%1e9 // so that the nanoseconds do not overflow
	return durationIn(newDuration(d.seconds*n+whole*d.nanos, rest*d.nanos))
}

func abs(i int64) int64 {
	if i == math.MinInt64 {
		return math.MaxInt64
	}
	return max(i, -i)
}

// inUnits returns n units as a duration; only units that are exact are.
func (t *thread) inUnits(n int64, unit int) duration {
	if unit > unitDays {
		t.throw(unsupportedTemporal, "Unit must not have an estimated duration")
	}
	return t.times(durationIn(durationOf(unitNanoseconds[unit])), n)
}

func (d duration) plus(o duration) Value { return newDuration(d.seconds+o.seconds, d.nanos+o.nanos) }

func (d duration) negated() duration { return durationIn(newDuration(-d.seconds, -d.nanos)) }

// durationUnits has the units that methods of Duration are named after.
var durationUnits = []struct {
	name string
	unit int
}{
	{"Days", unitDays}, {"Hours", unitHours}, {"Minutes", unitMinutes}, {"Seconds", unitSeconds},
	{"Millis", unitMillis}, {"Nanos", unitNanos},
}

func durationClass() classSpec {
	s := classSpec{
		name: "Duration", java: "java.time.Duration", extends: []string{"TemporalAmount", "Comparable"},
		methods: durationMethods, constants: map[string]any{"ZERO": newDuration(0, 0)},
		statics: []member{
			{"Duration between(Temporal, Temporal)", func(t *thread, args []Value) Value {
				a, b := t.instant(args[0]), t.instant(args[1])
				return newDuration(b.Unix()-a.Unix(), int64(b.Nanosecond()-a.Nanosecond()))
			}},
			{"Duration from(TemporalAmount)", itself},
			{"Duration of(long, TemporalUnit)", func(t *thread, args []Value) Value {
				return document.ObjectOf(t.inUnits(args[0].Int64(), enumIn(args[1]).ordinal))
			}},
			{"Duration ofSeconds(long, long)", func(_ *thread, args []Value) Value {
				return newDuration(args[0].Int64(), args[1].Int64())
			}},
			{"Duration parse(CharSequence)", parseDuration},
		},
	}
	for _, u := range durationUnits {
		s.statics = append(s.statics, member{"Duration of" + u.name + "(long)", func(t *thread, args []Value) Value {
			return document.ObjectOf(t.inUnits(args[0].Int64(), u.unit))
		}})
		s.methods = append(s.methods,
			member{"Duration plus" + u.name + "(long)", func(t *thread, args []Value) Value {
				return durationIn(args[0]).plus(t.inUnits(args[1].Int64(), u.unit))
			}},
			member{"Duration minus" + u.name + "(long)", func(t *thread, args []Value) Value {
				return durationIn(args[0]).plus(t.inUnits(args[1].Int64(), u.unit).negated())
			}},
			member{"long to" + u.name + "()", func(t *thread, args []Value) Value {
				return document.Long(t.wholeUnits(durationIn(args[0]), u.unit))
			}})
	}
	return s
}

// wholeUnits is Duration.toDays and its relatives.
func (t *thread) wholeUnits(d duration, unit int) int64 {
	if unit >= unitSeconds {
		return d.seconds / int64(unitNanoseconds[unit]/time.Second)
	}
	per := int64(time.Second / unitNanoseconds[unit])
	if abs(d.seconds) >= math.MaxInt64/per {
		t.throw(arithmetic, "long overflow")
	}
	return d.seconds*per + d.nanos/int64(unitNanoseconds[unit])
}

var durationMethods = []member{
	{"Duration abs()", func(v Value) Value {
		if d := durationIn(v); d.seconds < 0 {
			return document.ObjectOf(d.negated())
		}
		return v
	}},
	{"Duration dividedBy(long)", func(t *thread, args []Value) Value {
		d, n := durationIn(args[0]), args[1].Int64()
		if n == 0 {
			t.throw(arithmetic, "Cannot divide by zero")
		}
		whole := d.seconds / n
		rest := time.Duration(d.seconds%n)*time.Second + time.Duration(d.nanos)
		return newDuration(whole, int64(rest)/n)
	}},
	{"int getNano()", func(v Value) Value { return document.Integer(int32(durationIn(v).nanos)) }},
	{"long getSeconds()", func(v Value) Value { return document.Long(durationIn(v).seconds) }},
	{"boolean isNegative()", func(v Value) Value { return document.Boolean(durationIn(v).seconds < 0) }},
	{"boolean isZero()", func(v Value) Value { return document.Boolean(durationIn(v) == duration{}) }},
	{"Duration plus(Duration)", func(_ *thread, args []Value) Value { return durationIn(args[0]).plus(durationIn(args[1])) }},
	{"Duration minus(Duration)", func(_ *thread, args []Value) Value {
		return durationIn(args[0]).plus(durationIn(args[1]).negated())
	}},
	{"Duration plus(long, TemporalUnit)", func(t *thread, args []Value) Value {
		return durationIn(args[0]).plus(t.inUnits(args[1].Int64(), enumIn(args[2]).ordinal))
	}},
	{"Duration minus(long, TemporalUnit)", func(t *thread, args []Value) Value {
		return durationIn(args[0]).plus(t.inUnits(args[1].Int64(), enumIn(args[2]).ordinal).negated())
	}},
	{"Duration multipliedBy(long)", func(t *thread, args []Value) Value {
		return document.ObjectOf(t.times(durationIn(args[0]), args[1].Int64()))
	}},
	{"Duration negated()", func(v Value) Value { return document.ObjectOf(durationIn(v).negated()) }},
	{"Duration withSeconds(long)", func(_ *thread, args []Value) Value {
		return newDuration(args[1].Int64(), durationIn(args[0]).nanos)
	}},
	{"Duration withNanos(int)", func(_ *thread, args []Value) Value {
		return newDuration(durationIn(args[0]).seconds, args[1].Int64())
	}},
}

var durationSyntax = regexp.MustCompile(`^([-+]?)[Pp](?:([-+]?\d+)[Dd])?(?:[Tt](?:([-+]?\d+)[Hh])?(?:([-+]?\d+)[Mm])?(?:([-+]?\d+)(?:[.,](\d{0,9}))?[Ss])?)?$`)

func parseDuration(t *thread, args []Value) Value {
	text := t.text(args[0])
	parts := durationSyntax.FindStringSubmatch(text)
	if parts == nil || strings.Join(parts[2:6], "") == "" || strings.HasSuffix(strings.ToUpper(text), "T") {
		t.throwWith(dateTimeParse, parseDetails(text, 0), "Text '%s' cannot be parsed to a Duration", text)
	}
	total := duration{}
	for i, unit := range [...]int{unitDays, unitHours, unitMinutes, unitSeconds} {
		if n, err := strconv.ParseInt(parts[i+2], 10, 64); err == nil {
			total = durationIn(total.plus(t.inUnits(n, unit)))
		}
	}
	if fraction := parts[6]; fraction != "" {
		nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
		if strings.HasPrefix(parts[5], "-") {
			nanos = -nanos
		}
		total = durationIn(total.plus(durationIn(newDuration(0, nanos))))
	}
	if parts[1] == "-" {
		total = total.negated()
	}
	return document.ObjectOf(total)
}
