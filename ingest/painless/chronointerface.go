package painless

import (
	"slices"
	"strings"
)

// notOfCalendars are the methods of LocalDate, LocalDateTime and ZonedDateTime that dates of
// other calendars do not have, by what their names begin with.
var notOfCalendars = []string{"getYear", "getMonth", "getDay", "getHour", "getMinute", "getSecond", "getNano", "plus", "minus", "with", "atStart"}

// parentMethods are those of the methods of a class that the interface above it has.
func parentMethods(methods []member) []member {
	return slices.DeleteFunc(slices.Clone(methods), func(m member) bool {
		name, _ := signatureParts(m.signature)
		return slices.ContainsFunc(notOfCalendars, func(prefix string) bool {
			return strings.HasPrefix(name, prefix) && name != prefix && !strings.HasPrefix(name, "withZone") && !strings.HasSuffix(name, "Overlap")
		})
	})
}

// chronoMembers are the methods that ask for the calendar.
func chronoMembers(c chronology) []member {
	out := []member{{"Chronology getChronology()", chronologyOf}}
	if c == localDate {
		out = append(out, member{"Era getEra()", func(t *thread, args []Value) Value {
			n, _ := t.fieldOf(args[0], "ERA")
			return isoEras[n]
		}})
	}
	return out
}
