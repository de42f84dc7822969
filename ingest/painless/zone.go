package painless

import (
	"strings"
	"time"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A zone is a ZoneId; one that is an offset is a ZoneOffset.
type zone struct{ *datetime.Zone }

func (z zone) isOffset() bool {
	id := z.ID()
	return id == "Z" || id[0] == '+' || id[0] == '-'
}

// JavaClass implements document.Object.
func (z zone) JavaClass() string {
	if z.isOffset() {
		return "java.time.ZoneOffset"
	}
	return "java.time.ZoneRegion"
}

// AppendText implements document.Object.
func (z zone) AppendText(dst []byte) []byte { return append(dst, z.ID()...) }

// Identity implements document.Object.
func (z zone) Identity() string { return z.ID() }

// HashCode implements document.Object.
func (z zone) HashCode() int32 {
	if z.isOffset() {
		return int32(z.seconds())
	}
	return document.String(z.ID()).HashCode()
}

// compareTo orders offsets as ZoneOffset does, the greatest first.
func (z zone) compareTo(o document.Object) int { return o.(zone).seconds() - z.seconds() }

// seconds is the offset of a ZoneOffset.
func (z zone) seconds() int {
	_, offset := time.Unix(0, 0).In(z.Location()).Zone()
	return offset
}

func zoneIn(v Value) zone {
	return objectOf[zone](v)
}

func zoneValue(z *datetime.Zone) Value { return document.ObjectOf(zone{z}) }

// parseZone is ZoneId.of.
func (t *thread) parseZone(id string) *datetime.Zone {
	z, err := datetime.ParseZone(id)
	if err != nil {
		class := dateTimeException
		if strings.HasPrefix(err.Error(), "Unknown time-zone ID") {
			class = zoneRules
		}
		t.throw(class, "%v", err)
	}
	return z
}

// zoneOf is the zone of a time: the time's location is one of datetime's.
func (t *thread) zoneOf(at time.Time) *datetime.Zone {
	if at.Location() == time.UTC {
		return datetime.UTC
	}
	z, err := datetime.ParseZone(at.Location().String())
	if err != nil {
		t.throw(zoneRules, "%v", err)
	}
	return z
}

// offsetZone returns the zone of an offset in seconds.
func (t *thread) offsetZone(seconds int) *datetime.Zone {
	if seconds == 0 {
		return datetime.UTC
	}
	return t.parseZone(time.Unix(0, 0).In(time.FixedZone("", seconds)).Format("-07:00:00"))
}

// offsetAt returns the zone that is the offset in force at a time.
func (t *thread) offsetAt(at time.Time) *datetime.Zone {
	_, seconds := at.Zone()
	return t.offsetZone(seconds)
}

// shortZones is ZoneId.SHORT_IDS.
var shortZones = map[string]string{
	"ACT": "Australia/Darwin", "AET": "Australia/Sydney", "AGT": "America/Argentina/Buenos_Aires", "ART": "Africa/Cairo",
	"AST": "America/Anchorage", "BET": "America/Sao_Paulo", "BST": "Asia/Dhaka", "CAT": "Africa/Harare", "CNT": "America/St_Johns",
	"CST": "America/Chicago", "CTT": "Asia/Shanghai", "EAT": "Africa/Addis_Ababa", "ECT": "Europe/Paris",
	"IET": "America/Indiana/Indianapolis", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo", "MIT": "Pacific/Apia", "NET": "Asia/Yerevan",
	"NST": "Pacific/Auckland", "PLT": "Asia/Karachi", "PNT": "America/Phoenix", "PRT": "America/Puerto_Rico",
	"PST": "America/Los_Angeles", "SST": "Pacific/Guadalcanal", "VST": "Asia/Ho_Chi_Minh", "EST": "-05:00", "MST": "-07:00",
	"HST": "-10:00",
}

func shortZoneMap() Value {
	m := &document.Map{}
	for short, long := range shortZones {
		m.Put(short, document.String(long))
	}
	return document.MapOf(m).Frozen()
}

func zoneClasses() []classSpec {
	id := classSpec{
		name: "ZoneId", java: "java.time.ZoneId", open: true,
		methods: []member{
			{"String getId()", textOf},
			{"ZoneRules getRules()", func(v Value) Value { return document.ObjectOf(rules{zoneIn(v)}) }},
			{"String getDisplayName(TextStyle, Locale)", textOf},
			{"ZoneId normalized()", func(t *thread, args []Value) Value {
				z := zoneIn(args[0])
				if strings.Contains(z.ID(), "/") {
					return args[0]
				}
				return zoneValue(t.offsetZone(z.seconds()))
			}},
		},
		statics: []member{
			{"ZoneId of(String)", func(t *thread, args []Value) Value { return zoneValue(t.parseZone(t.text(args[0]))) }},
			{"ZoneId of(String, Map)", func(t *thread, args []Value) Value {
				name := t.text(args[0])
				if alias := mapGet(args[1], args[0]); !alias.IsNull() {
					name = t.text(alias)
				}
				return zoneValue(t.parseZone(name))
			}},
			{"ZoneId from(TemporalAccessor)", func(t *thread, args []Value) Value { return t.obtained("ZoneId", args[0], queryZone) }},
			{"ZoneId ofOffset(String, ZoneOffset)", func(t *thread, args []Value) Value {
				prefix, offset := t.text(args[0]), zoneIn(args[1])
				switch {
				case prefix == "":
					return args[1]
				case prefix != "GMT" && prefix != "UTC" && prefix != "UT":
					t.throw(document.IllegalArgument, "prefix should be GMT, UTC or UT, is: %s", prefix)
				case offset.seconds() == 0:
					return zoneValue(t.parseZone(prefix))
				}
				return zoneValue(t.parseZone(prefix + offset.ID()))
			}},
			{"Set getAvailableZoneIds()", func(t *thread, _ []Value) Value { return t.availableZones() }},
			{"ZoneId systemDefault()", func(*thread, []Value) Value { return zoneValue(datetime.UTC) }},
		},
		constants: map[string]any{"SHORT_IDS": shortZoneMap()},
	}
	offset := classSpec{
		name: "ZoneOffset", java: "java.time.ZoneOffset", extends: []string{"ZoneId", "Comparable"},
		methods: []member{{"int getTotalSeconds()", func(v Value) Value { return document.Integer(int32(zoneIn(v).seconds())) }}},
		statics: []member{
			{"ZoneOffset of(String)", parseOffset},
			{"ZoneOffset from(TemporalAccessor)", func(t *thread, args []Value) Value { return t.obtained("ZoneOffset", args[0], queryOffset) }},
			{"ZoneOffset ofHours(int)", func(t *thread, args []Value) Value { return t.offset(args[0].Int64() * 3600) }},
			{"ZoneOffset ofHoursMinutes(int, int)", func(t *thread, args []Value) Value {
				return t.offset(args[0].Int64()*3600 + args[1].Int64()*60)
			}},
			{"ZoneOffset ofHoursMinutesSeconds(int, int, int)", func(t *thread, args []Value) Value {
				return t.offset(args[0].Int64()*3600 + args[1].Int64()*60 + args[2].Int64())
			}},
			{"ZoneOffset ofTotalSeconds(int)", func(t *thread, args []Value) Value { return t.offset(args[0].Int64()) }},
		},
		constants: map[string]any{"UTC": zoneValue(datetime.UTC), "MIN": fixedZone("-18:00"), "MAX": fixedZone("+18:00")},
	}
	region := classSpec{name: "ZoneRegion", java: "java.time.ZoneRegion", extends: []string{"ZoneId"}}
	return []classSpec{id, offset, region}
}

// fixedZone is for ids that are right.
func fixedZone(id string) Value {
	z, err := datetime.ParseZone(id)
	if err != nil {
		panic("painless: " + err.Error())
	}
	return zoneValue(z)
}

func (t *thread) offset(seconds int64) Value {
	if seconds < -18*3600 || seconds > 18*3600 {
		t.throw(dateTimeException, "Zone offset not in valid range: -18:00 to +18:00")
	}
	return zoneValue(t.offsetZone(int(seconds)))
}

func parseOffset(t *thread, args []Value) Value {
	id := t.text(args[0])
	z, err := datetime.ParseZone(id)
	if err != nil || !(zone{z}).isOffset() {
		t.throw(dateTimeException, "Invalid ID for ZoneOffset, invalid format: %s", id)
	}
	return zoneValue(z)
}

// availableZones are the ids of the regions.
func (t *thread) availableZones() Value {
	ids := datetime.ZoneIDs()
	out := make([]Value, len(ids))
	for i, id := range ids {
		out[i] = document.String(id)
	}
	t.charge(t.at, entryBytes*len(out))
	return t.newSet(document.HashOrder, out)
}
