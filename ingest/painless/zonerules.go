package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A rules is a java.time.zone.ZoneRules: the offsets of a zone in the course of time.
type rules struct{ zone }

// JavaClass implements document.Object.
func (rules) JavaClass() string { return "java.time.zone.ZoneRules" }

// AppendText implements document.Object.
func (r rules) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "ZoneRules[currentStandardOffset=%s]", r.ID())
}

// standard is the time in the offset that the zone has without daylight saving time: Go
// knows that of the time nearest to at at which it does not have it.
func (r rules) standard(at time.Time) time.Time {
	for !at.IsZero() && at.IsDST() {
		start, end := at.ZoneBounds()
		if end.IsZero() {
			at = start.Add(-time.Second)
		} else {
			at = end
		}
	}
	return at
}

// A transition is a java.time.zone.ZoneOffsetTransition.
type transition struct {
	at            time.Time // in the zone
	before, after int       // offsets in seconds
}

// JavaClass implements document.Object.
func (transition) JavaClass() string { return "java.time.zone.ZoneOffsetTransition" }

// AppendText implements document.Object.
func (x transition) AppendText(dst []byte) []byte {
	kind := "Overlap"
	if x.after > x.before {
		kind = "Gap"
	}
	return fmt.Appendf(dst, "Transition[%s at %s%s to %s]", kind, x.local(x.before).AppendText(nil), x.at.UTC().In(time.FixedZone("", x.before)).Format("Z07:00"),
		x.at.UTC().In(time.FixedZone("", x.after)).Format("Z07:00"))
}

// Identity implements document.Object.
func (x transition) Identity() string { return string(x.AppendText(nil)) }

// HashCode implements document.Object.
func (transition) HashCode() int32 { return identityHash }

// local is the transition as the clock with an offset shows it.
func (x transition) local(offset int) moment {
	return moment{localDateTime, x.at.UTC().Add(time.Duration(offset) * time.Second)}
}

// transitionAt is the transition with which the offset at a time begins, null for none.
func transitionAt(at time.Time) Value {
	if at.IsZero() {
		return document.Null
	}
	_, before := at.Add(-1).Zone()
	_, after := at.Zone()
	return document.ObjectOf(transition{at, before, after})
}

func zoneRuleClasses() []classSpec {
	return []classSpec{
		{name: "ZoneRules", java: "java.time.zone.ZoneRules", methods: ruleMembers},
		{name: "ZoneOffsetTransition", java: "java.time.zone.ZoneOffsetTransition", methods: transitionMembers},
		clockClass(),
	}
}

// inZone is an instant as the clock of the rules' zone shows it.
func (t *thread) inZone(v Value, of rules) time.Time { return t.temporal(v).t.In(of.Location()) }

var ruleMembers = []member{
	{"boolean isFixedOffset()", func(v Value) Value { return document.Boolean(objectOf[rules](v).isOffset()) }},
	{"ZoneOffset getOffset(Instant)", func(t *thread, args []Value) Value {
		return zoneValue(t.offsetAt(t.inZone(args[1], objectOf[rules](args[0]))))
	}},
	{"ZoneOffset getStandardOffset(Instant)", func(t *thread, args []Value) Value {
		r := objectOf[rules](args[0])
		return zoneValue(t.offsetAt(r.standard(t.inZone(args[1], r))))
	}},
	{"Duration getDaylightSavings(Instant)", func(t *thread, args []Value) Value {
		r := objectOf[rules](args[0])
		now := t.inZone(args[1], r)
		_, offset := now.Zone()
		_, standard := r.standard(now).Zone()
		return durationOf(time.Duration(offset-standard) * time.Second)
	}},
	{"boolean isDaylightSavings(Instant)", func(t *thread, args []Value) Value {
		return document.Boolean(t.inZone(args[1], objectOf[rules](args[0])).IsDST())
	}},
	{"ZoneOffsetTransition nextTransition(Instant)", func(t *thread, args []Value) Value {
		_, end := t.inZone(args[1], objectOf[rules](args[0])).ZoneBounds()
		return transitionAt(end)
	}},
	{"ZoneOffsetTransition previousTransition(Instant)", func(t *thread, args []Value) Value {
		start, _ := t.inZone(args[1], objectOf[rules](args[0])).Add(-1).ZoneBounds()
		return transitionAt(start)
	}},
	{"boolean isValidOffset(LocalDateTime, ZoneOffset)", func(t *thread, args []Value) Value {
		at := wall(t.temporal(args[1]).t, zoneIn(args[2]).Location()).In(objectOf[rules](args[0]).Location())
		_, offset := at.Zone()
		return document.Boolean(offset == zoneIn(args[2]).seconds())
	}},
}

var transitionMembers = []member{
	{"Instant getInstant()", func(v Value) Value { return newMoment(instant, objectOf[transition](v).at.UTC()) }},
	{"LocalDateTime getDateTimeBefore()", func(v Value) Value { x := objectOf[transition](v); return x.local(x.before).value() }},
	{"LocalDateTime getDateTimeAfter()", func(v Value) Value { x := objectOf[transition](v); return x.local(x.after).value() }},
	{"ZoneOffset getOffsetBefore()", func(t *thread, args []Value) Value { return t.offset(int64(objectOf[transition](args[0]).before)) }},
	{"ZoneOffset getOffsetAfter()", func(t *thread, args []Value) Value { return t.offset(int64(objectOf[transition](args[0]).after)) }},
	{"Duration getDuration()", func(v Value) Value {
		x := objectOf[transition](v)
		return durationOf(time.Duration(x.after-x.before) * time.Second)
	}},
	{"boolean isGap()", func(v Value) Value { x := objectOf[transition](v); return document.Boolean(x.after > x.before) }},
	{"boolean isOverlap()", func(v Value) Value { x := objectOf[transition](v); return document.Boolean(x.after < x.before) }},
	{"long toEpochSecond()", func(v Value) Value { return document.Long(objectOf[transition](v).at.Unix()) }},
}

// A clock is a java.time.Clock that stands still.
type clock struct {
	at   time.Time
	zone zone
}

// JavaClass implements document.Object.
func (clock) JavaClass() string { return "java.time.Clock" }

// AppendText implements document.Object.
func (c clock) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "FixedClock[%s,%s]", moment{instant, c.at}.AppendText(nil), c.zone.ID())
}

// Identity implements document.Object.
func (c clock) Identity() string { return string(c.AppendText(nil)) }

// HashCode implements document.Object.
func (clock) HashCode() int32 { return identityHash }

func clockClass() classSpec {
	in := func(v Value) clock { return objectOf[clock](v) }
	return classSpec{
		name: "Clock", java: "java.time.Clock",
		methods: []member{
			{"ZoneId getZone()", func(v Value) Value { return zoneValue(in(v).zone.Zone) }},
			{"Instant instant()", func(v Value) Value { return newMoment(instant, in(v).at) }},
			{"long millis()", func(v Value) Value { return document.Long(in(v).at.UnixMilli()) }},
		},
		statics: []member{
			{"Clock fixed(Instant, ZoneId)", func(t *thread, args []Value) Value {
				return document.ObjectOf(clock{t.temporal(args[0]).t.UTC(), zoneIn(args[1])})
			}},
			{"Clock offset(Clock, Duration)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(clock{moment{instant, in(args[0]).at}.later(durationIn(args[1])).t, in(args[0]).zone})
			}},
		},
	}
}
