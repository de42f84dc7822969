package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

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

func (x transition) compareTo(o document.Object) int { return x.at.Compare(o.(transition).at) }

// transitionAt is the transition with which the offset at a time begins, null for none.
func transitionAt(at time.Time) Value {
	if at.IsZero() {
		return document.Null
	}
	_, before := at.Add(-1).Zone()
	_, after := at.Zone()
	return document.ObjectOf(transition{at, before, after})
}

func transitionClass() classSpec {
	return classSpec{
		name: "ZoneOffsetTransition", java: "java.time.zone.ZoneOffsetTransition", extends: []string{"Comparable"}, methods: transitionMembers,
		statics: []member{{"ZoneOffsetTransition of(LocalDateTime, ZoneOffset, ZoneOffset)", func(t *thread, args []Value) Value {
			local, before, after := t.temporal(args[0]).t, zoneIn(args[1]).seconds(), zoneIn(args[2]).seconds()
			switch {
			case before == after:
				t.throw(document.IllegalArgument, "Offsets must not be equal")
			case local.Nanosecond() != 0:
				t.throw(document.IllegalArgument, "Nano-of-second must be zero")
			}
			return document.ObjectOf(transition{at: local.Add(-time.Duration(before) * time.Second), before: before, after: after})
		}}},
	}
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
	{"boolean isValidOffset(ZoneOffset)", func(_ *thread, args []Value) Value {
		x, offset := objectOf[transition](args[0]), zoneIn(args[1]).seconds()
		return document.Boolean(x.after < x.before && (offset == x.before || offset == x.after))
	}},
}
