package datetime

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones are the same on machines without a zone database
)

// A Zone is a time zone: java.time.ZoneId. It is safe for concurrent use.
type Zone struct {
	id     string
	loc    *time.Location
	offset int  // seconds east of Greenwich, if fixed
	fixed  bool // the offset never changes
}

// UTC is ZoneOffset.UTC, whose id is Z.
var UTC = &Zone{id: "Z", loc: time.UTC, fixed: true}

// ID returns the name of the zone as Java has it: Z, +02:00, Europe/Paris.
func (z *Zone) ID() string { return z.id }

// Location returns the zone as Go has it.
func (z *Zone) Location() *time.Location { return z.loc }

func fixedZone(id string, seconds int) *Zone {
	return &Zone{id: id, loc: time.FixedZone(id, seconds), offset: seconds, fixed: true}
}

func offsetZone(seconds int) *Zone {
	if seconds == 0 {
		return UTC
	}
	return fixedZone(offsetID(seconds), seconds)
}

// offsetID is ZoneOffset.getId for an offset that is not zero.
func offsetID(seconds int) string {
	return string(appendOffset(nil, &offsetStyles[offsetHHcMMcss], seconds, "Z"))
}

// ParseZone is java.time.ZoneId.of, with its error texts. Zone names come from
// the IANA database: the system's or, where there is none, the one built in.
func ParseZone(id string) (*Zone, error) {
	switch {
	case id == "Z":
		return UTC, nil
	case len(id) <= 1:
		return nil, errOffset("invalid format", id)
	case strings.HasPrefix(id, "+"), strings.HasPrefix(id, "-"):
		seconds, err := parseZoneOffset(id)
		if err != nil {
			return nil, err
		}
		return offsetZone(seconds), nil
	}
	for _, prefix := range [...]string{"UTC", "GMT", "UT"} {
		if rest, ok := strings.CutPrefix(id, prefix); ok && (rest == "" || rest[0] == '+' || rest[0] == '-') {
			return prefixedZone(id, prefix, rest)
		}
	}
	return regionZone(id)
}

// prefixedZone is UTC, UTC+02:00 and the like.
func prefixedZone(id, prefix, rest string) (*Zone, error) {
	if rest == "" {
		return fixedZone(prefix, 0), nil
	}
	seconds, err := parseZoneOffset(rest)
	switch {
	case err != nil:
		return nil, fmt.Errorf("Invalid ID for offset-based ZoneId: %s", id) //nolint:staticcheck // Java's text
	case seconds == 0:
		return fixedZone(prefix, 0), nil
	}
	return fixedZone(prefix+offsetID(seconds), seconds), nil
}

func regionZone(id string) (*Zone, error) {
	if !isRegionID(id) {
		return nil, fmt.Errorf("Invalid ID for region-based ZoneId, invalid format: %s", id) //nolint:staticcheck // Java's text
	}
	if _, known := zoneIDs().ids[id]; !known {
		return nil, fmt.Errorf("Unknown time-zone ID: %s", id) //nolint:staticcheck // Java's text
	}
	loc, err := time.LoadLocation(id)
	if err != nil {
		return nil, err
	}
	return &Zone{id: id, loc: loc}, nil
}

// ZoneIDs returns the ids of all regions, in their order.
func ZoneIDs() []string { return slices.Sorted(maps.Keys(zoneIDs().ids)) }

// isRegionID is the check of ZoneRegion.checkName.
func isRegionID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if !isLetter(c) && (i == 0 || !isDigit(c) && strings.IndexByte("/~._+-", c) < 0) {
			return false
		}
	}
	return len(id) >= 2
}

// errOffset is ZoneOffset.of's error.
func errOffset(what, id string) error {
	return errors.New("Invalid ID for ZoneOffset, " + what + ": " + id)
}

// parseZoneOffset is ZoneOffset.of: +h, +hh, +hhmm, +hh:mm, +hhmmss, +hh:mm:ss.
func parseZoneOffset(id string) (int, error) {
	if len(id) == 2 {
		id = id[:1] + "0" + id[1:]
	}
	colon := len(id) == 6 || len(id) == 9
	switch len(id) {
	case 3, 5, 6, 7, 9:
	default:
		return 0, errOffset("invalid format", id)
	}
	var parts [3]int64
	for i, at := 0, 1; at < len(id); i++ {
		if colon && i > 0 {
			if id[at] != ':' {
				return 0, errOffset("colon not found when expected", id)
			}
			at++
		}
		v, end := twoDigits(id, at)
		if end < 0 {
			return 0, errOffset("non numeric characters found", id)
		}
		parts[i], at = v, end
	}
	if id[0] == '-' {
		return checkOffset(-parts[0], -parts[1], -parts[2])
	}
	return checkOffset(parts[0], parts[1], parts[2])
}

func checkOffset(h, m, s int64) (int, error) {
	const text = "Zone offset %s not in valid range: value %d is not in the range -%d to %d"
	for _, part := range [...]struct {
		name    string
		v, most int64
	}{{"hours", h, 18}, {"minutes", m, 59}, {"seconds", s, 59}} {
		if part.v > part.most || part.v < -part.most {
			return 0, fmt.Errorf(text, part.name, part.v, part.most, part.most)
		}
	}
	seconds := h*3600 + m*60 + s
	if seconds > maxOffset || seconds < -maxOffset {
		return 0, errors.New("Zone offset not in valid range: -18:00 to +18:00")
	}
	return int(seconds), nil
}

// epochSecond returns the instant of a local time, given in seconds since the
// local 1970. Like ZonedDateTime.of it takes the earlier of two offsets where
// the clock is set back, and adds the gap where it is set forward.
func (z *Zone) epochSecond(local int64) int64 {
	if z.fixed {
		return local - int64(z.offset)
	}
	before := z.offsetAt(local - secondsPerDay)
	at := local - before
	if z.offsetAt(at) == before {
		return at
	}
	after := z.offsetAt(local + secondsPerDay)
	if later := local - after; z.offsetAt(later) == after {
		return later
	}
	return at
}

func (z *Zone) offsetAt(instant int64) int64 {
	_, offset := time.Unix(instant, 0).In(z.loc).Zone()
	return int64(offset)
}

// Zones remembers zones by their id. The zero Zones is ready, and safe for
// concurrent use.
type Zones struct {
	mu   sync.RWMutex
	byID map[string]*Zone
}

// maxZones bounds what Zones remembers. There are about 600 regions; the rest
// would be offsets that nobody uses.
const maxZones = 1024

// Parse is ParseZone that remembers what it found.
func (z *Zones) Parse(id string) (*Zone, error) {
	z.mu.RLock()
	found := z.byID[id]
	z.mu.RUnlock()
	if found != nil {
		return found, nil
	}
	zone, err := ParseZone(id)
	if err != nil {
		return nil, err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.byID == nil || len(z.byID) >= maxZones {
		z.byID = make(map[string]*Zone)
	}
	z.byID[strings.Clone(id)] = zone
	return zone, nil
}
