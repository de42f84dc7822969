package painless

import "github.com/sluice-otel/sluice/ingest/document"

// chronoPeriodClasses are ChronoPeriod and what a calendar other than ISO makes of it.
func chronoPeriodClasses() []classSpec {
	return []classSpec{
		{
			name: "ChronoPeriod", java: "java.time.chrono.ChronoPeriod", open: true, extends: []string{"TemporalAmount"},
			methods: append(periodArithmetic("ChronoPeriod"), member{"Chronology getChronology()", func(v Value) Value {
				return document.ObjectOf(periodIn(v).system())
			}}),
			statics: []member{{"ChronoPeriod between(ChronoLocalDate, ChronoLocalDate)", func(t *thread, args []Value) Value {
				if d, ok := args[0].Object().(hijrahDate); ok {
					return d.until(t, t.hijrahAt(t.temporal(args[1]).t))
				}
				p := periodIn(periodBetween(t.temporal(args[0]), t.temporal(args[1])))
				p.calendar = systemIn(chronologyOf(args[0]))
				return document.ObjectOf(p)
			}}},
		},
		{name: "ChronoPeriodImpl", java: "java.time.chrono.ChronoPeriodImpl", extends: []string{"ChronoPeriod"}},
	}
}

// periodArithmetic are the methods of periods that make others.
func periodArithmetic(name string) []member {
	return []member{
		{"boolean isNegative()", func(v Value) Value {
			p := periodIn(v)
			return document.Boolean(p.years < 0 || p.months < 0 || p.days < 0)
		}},
		{"boolean isZero()", func(v Value) Value { return document.Boolean(periodIn(v).isZero()) }},
		{name + " plus(TemporalAmount)", func(t *thread, args []Value) Value {
			return periodIn(args[0]).plus(t.periodLike(periodIn(args[0]), args[1]), 1)
		}},
		{name + " minus(TemporalAmount)", func(t *thread, args []Value) Value {
			return periodIn(args[0]).plus(t.periodLike(periodIn(args[0]), args[1]), -1)
		}},
		{name + " multipliedBy(int)", func(_ *thread, args []Value) Value {
			return document.ObjectOf(periodIn(args[0]).times(args[1].Int64()))
		}},
		{name + " negated()", func(v Value) Value { return document.ObjectOf(periodIn(v).times(-1)) }},
		{name + " normalized()", func(v Value) Value {
			p := periodIn(v)
			total := p.years*12 + p.months
			return document.ObjectOf(period{total / 12, total % 12, p.days, p.calendar})
		}},
	}
}

// periodLike returns an amount as a period of the same calendar.
func (t *thread) periodLike(p period, amount Value) period {
	o, ok := amount.Object().(period)
	switch {
	case ok && o.system() == p.system():
		return o
	case p.system() != isoSystem && !ok, p.system() != isoSystem && o.system() == isoSystem:
		t.throw(dateTimeException, "Unable to obtain ChronoPeriod from TemporalAmount: class %s", javaClass(amount))
	case p.system() != isoSystem:
		t.throw(dateTimeException, "Chronology mismatch, expected: %s, actual: %s", p.system().id, o.system().id)
	case ok:
		t.throw(dateTimeException, "Period requires ISO chronology: %s", amount.Text())
	}
	t.throw(dateTimeException, "Unit must be Years, Months or Days, but was Seconds")
	return o
}
