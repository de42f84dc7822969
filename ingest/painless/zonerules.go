package painless

import (
	"fmt"
	"slices"
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

func zoneRuleClasses() []classSpec {
	return []classSpec{
		{
			name: "ZoneRules", java: "java.time.zone.ZoneRules", methods: ruleMembers,
			statics: []member{{"ZoneRules of(ZoneOffset)", func(v Value) Value { return document.ObjectOf(rules{zoneIn(v)}) }}},
		},
		transitionClass(),
		{name: "ZoneRulesProvider", java: "java.time.zone.ZoneRulesProvider", statics: []member{
			{"Set getAvailableZoneIds()", func(t *thread, _ []Value) Value { return t.availableZones() }},
			{"ZoneRules getRules(String, boolean)", func(t *thread, args []Value) Value {
				return document.ObjectOf(rules{zone{t.parseZone(t.text(args[0]))}})
			}},
		}},
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
	{"ZoneOffsetTransition getTransition(LocalDateTime)", func(t *thread, args []Value) Value {
		if x, ok := objectOf[rules](args[0]).transition(t.temporal(args[1]).t); ok {
			return document.ObjectOf(x)
		}
		return document.Null
	}},
	{"List getValidOffsets(LocalDateTime)", func(t *thread, args []Value) Value {
		return t.newList(t.validOffsets(objectOf[rules](args[0]), t.temporal(args[1]).t))
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
		return document.Boolean(t.isValidOffset(objectOf[rules](args[0]), t.temporal(args[1]).t, args[2]))
	}},
}

// transition returns the transition in whose gap or overlap a local time is.
func (r rules) transition(local time.Time) (transition, bool) {
	start, end := wall(local, r.Location()).ZoneBounds()
	for _, at := range [...]time.Time{start, end} {
		if at.IsZero() {
			continue
		}
		x := objectOf[transition](transitionAt(at))
		a, b := x.local(x.before).t, x.local(x.after).t
		if x.after < x.before {
			a, b = b, a
		}
		if !local.Before(a) && local.Before(b) {
			return x, true
		}
	}
	return transition{}, false
}

// validOffsets are the offsets that a local time can have: none in a gap, two in an overlap.
func (t *thread) validOffsets(r rules, local time.Time) []Value {
	x, ok := r.transition(local)
	switch {
	case !ok:
		return []Value{zoneValue(t.offsetAt(wall(local, r.Location())))}
	case x.after > x.before:
		return nil
	}
	return []Value{t.offset(int64(x.before)), t.offset(int64(x.after))}
}

func (t *thread) isValidOffset(r rules, local time.Time, offset Value) bool {
	return slices.ContainsFunc(t.validOffsets(r, local), func(v Value) bool { return zoneIn(v).seconds() == zoneIn(offset).seconds() })
}

// ofStrict is ZonedDateTime.ofStrict.
func ofStrict(t *thread, args []Value) Value {
	local, in := t.temporal(args[0]), zoneIn(args[2])
	valid := t.validOffsets(rules{in}, local.t)
	switch {
	case len(valid) == 0:
		t.throw(dateTimeException, "LocalDateTime '%s' does not exist in zone '%s' due to a gap in the local time-line, typically caused by daylight savings",
			local.Identity(), in.ID())
	case !t.isValidOffset(rules{in}, local.t, args[1]):
		t.throw(dateTimeException, "ZoneOffset '%s' is not valid for LocalDateTime '%s' in zone '%s'", args[1].Text(), local.Identity(), in.ID())
	}
	return newMoment(zonedDateTime, wall(local.t, zoneIn(args[1]).Location()).In(in.Location()))
}
