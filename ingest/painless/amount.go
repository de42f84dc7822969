package painless

import "github.com/sluice-otel/sluice/ingest/document"

// plusAmount adds a Duration or Period, or takes it off.
func (t *thread) plusAmount(v, amount Value, sign int64) Value {
	m := t.temporal(v)
	t.notNull(amount)
	if p, ok := amount.Object().(period); ok {
		if of := chronologyOf(v); !of.IsNull() && systemIn(of) != p.system() {
			t.throw(dateTimeException, "Chronology mismatch, expected: %s, actual: %s", p.system().id, of.Text())
		}
	}
	if p, ok := amount.Object().(period); ok {
		if d, ok := v.Object().(hijrahDate); ok {
			return d.plusPeriod(t, p, sign)
		}
	}
	if d, ok := v.Object().(calendarDate); ok {
		return t.dated(d.c, t.temporal(t.plusAmount(d.iso().value(), t.isoAmount(amount), sign)).t)
	}
	switch a := amount.Object().(type) {
	case duration:
		if sign < 0 {
			a = a.negated()
		}
		t.checkUnit(m, unitSeconds)
		return t.inRange(m.later(a)).value()
	case period:
		if months := a.years*12 + a.months; months != 0 {
			m = t.plus(m, sign*months, unitMonths)
		}
		if a.days != 0 {
			m = t.plus(m, sign*a.days, unitDays)
		}
		return m.value()
	}
	t.throw(document.ClassCast, "Cannot cast %s to java.time.temporal.TemporalAmount", javaClass(amount))
	return v
}

// isoAmount returns a period as one of ISO.
func (t *thread) isoAmount(amount Value) Value {
	if p, ok := amount.Object().(period); ok {
		return newPeriod(p.years, p.months, p.days)
	}
	return amount
}
