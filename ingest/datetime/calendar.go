package datetime

// The proleptic Gregorian calendar of java.time.chrono.IsoChronology, in days
// since 1970-01-01.

const (
	daysPerCycle   = 146_097 // of 400 years
	daysUntil1970  = 719_528 // from 0000-01-01
	secondsPerDay  = 86_400
	nanosPerSecond = 1_000_000_000
	nanosPerDay    = secondsPerDay * nanosPerSecond
)

// A date is a calendar date.
type date struct {
	year       int64
	month, day int
}

var daysBefore = [13]int{0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}

func isLeap(y int64) bool { return y&3 == 0 && (y%100 != 0 || y%400 == 0) }

func lengthOfYear(y int64) int64 {
	if isLeap(y) {
		return 366
	}
	return 365
}

func lengthOfMonth(y int64, month int) int {
	switch month {
	case 2:
		if isLeap(y) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// firstDay returns January 1 of the year.
func firstDay(y int64) int64 {
	days := 365 * y
	if y >= 0 {
		days += (y+3)/4 - (y+99)/100 + (y+399)/400
	} else {
		days -= y/-4 - y/-100 + y/-400
	}
	return days - daysUntil1970
}

// epochDay returns the day of a valid date.
func (d date) epochDay() int64 {
	days := firstDay(d.year) + int64(daysBefore[d.month]+d.day-1)
	if d.month > 2 && isLeap(d.year) {
		days++
	}
	return days
}

// dateOf is the reverse of epochDay. It counts in years that begin in March,
// so that the leap day is the last one.
func dateOf(epochDay int64) date {
	zero := epochDay + daysUntil1970 - 60
	cycle := floorDiv(zero, daysPerCycle)
	inCycle := zero - cycle*daysPerCycle
	y := (400*inCycle + 591) / daysPerCycle
	inYear := inCycle - (365*y + y/4 - y/100 + y/400)
	if inYear < 0 {
		y--
		inYear = inCycle - (365*y + y/4 - y/100 + y/400)
	}
	marchMonth := (inYear*5 + 2) / 153
	month := (marchMonth+2)%12 + 1
	return date{
		year:  cycle*400 + y + marchMonth/10,
		month: int(month),
		day:   int(inYear - (marchMonth*306+5)/10 + 1),
	}
}

// weekday returns the day of the week, Monday being 1.
func weekday(epochDay int64) int64 { return floorMod(epochDay+3, 7) + 1 }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - floorDiv(a, b)*b }
