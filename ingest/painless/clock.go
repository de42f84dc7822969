package painless

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A clock is a java.time.Clock that stands still.
type clock struct {
	at   time.Time
	zone zone
	tick string // how one of Clock.tick is shown, or ""
}

// JavaClass implements document.Object.
func (clock) JavaClass() string { return "java.time.Clock" }

// AppendText implements document.Object.
func (c clock) AppendText(dst []byte) []byte {
	if c.tick != "" {
		return append(dst, c.tick...)
	}
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
				return document.ObjectOf(clock{at: t.temporal(args[0]).t.UTC(), zone: zoneIn(args[1])})
			}},
			{"Clock tick(Clock, Duration)", tickingClock},
			{"Clock offset(Clock, Duration)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(clock{at: moment{instant, in(args[0]).at}.later(durationIn(args[1])).t, zone: in(args[0]).zone})
			}},
		},
	}
}

// tickingClock is Clock.tick: as the clock stands still, what is left of its time is known.
func tickingClock(t *thread, args []Value) Value {
	base, d := objectOf[clock](args[0]), durationIn(args[1])
	switch {
	case d.seconds < 0:
		t.throw(document.IllegalArgument, "Tick duration must not be negative")
	case t.wholeUnits(d, unitNanos) <= 1:
		return args[0]
	}
	nanos := t.wholeUnits(d, unitNanos)
	if nanos%int64(time.Millisecond) != 0 && int64(time.Second)%nanos != 0 {
		t.throw(document.IllegalArgument, "Invalid tick duration")
	}
	late := time.Duration(floorMod(int64(base.at.Nanosecond()), nanos))
	if nanos%int64(time.Millisecond) == 0 {
		late = time.Duration(floorMod(base.at.UnixMilli(), nanos/1e6))*time.Millisecond + time.Duration(base.at.Nanosecond()%1e6)
	}
	return document.ObjectOf(clock{at: base.at.Add(-late), zone: base.zone, tick: "TickClock[" + base.Identity() + "," + args[1].Text() + "]"})
}
