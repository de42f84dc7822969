package datetime

import "math/bits"

// A field is a date-time field as java.time knows it.
type field uint8

const (
	noField field = iota
	era
	yearOfEra
	year
	quarterOfYear
	monthOfYear
	dayOfMonth
	dayOfYear
	dayOfWeek // Monday is 1
	alignedWeekOfMonth
	modifiedJulianDay
	localDayOfWeek      // WeekFields.dayOfWeek of the locale
	weekOfMonth         // WeekFields.weekOfMonth of the locale
	weekOfWeekBasedYear // WeekFields.weekOfWeekBasedYear of the locale
	weekBasedYear       // WeekFields.weekBasedYear of the locale
	isoWeek             // IsoFields.WEEK_OF_WEEK_BASED_YEAR
	isoWeekBasedYear    // IsoFields.WEEK_BASED_YEAR
	amPmOfDay
	hourOfAmPm      // 0 to 11
	clockHourOfAmPm // 1 to 12
	hourOfDay       // 0 to 23
	clockHourOfDay  // 1 to 24
	minuteOfHour
	secondOfMinute
	nanoOfSecond
	milliOfDay
	nanoOfDay
	offsetSeconds
	fieldCount
)

// A fieldInfo is what a field may hold and what java.time calls it.
type fieldInfo struct {
	name     string
	min, max int64
}

// maxYear is Year.MAX_VALUE.
const maxYear = 999_999_999

var fields = [fieldCount]fieldInfo{
	era:                 {"Era", 0, 1},
	yearOfEra:           {"YearOfEra", 1, maxYear + 1},
	year:                {"Year", -maxYear, maxYear},
	quarterOfYear:       {"QuarterOfYear", 1, 4},
	monthOfYear:         {"MonthOfYear", 1, 12},
	dayOfMonth:          {"DayOfMonth", 1, 31},
	dayOfYear:           {"DayOfYear", 1, 366},
	dayOfWeek:           {"DayOfWeek", 1, 7},
	alignedWeekOfMonth:  {"AlignedWeekOfMonth", 1, 5},
	modifiedJulianDay:   {"ModifiedJulianDay", -365_243_219_162 + 40_587, 365_241_780_471 + 40_587},
	localDayOfWeek:      {"DayOfWeek", 1, 7},
	weekOfMonth:         {"WeekOfMonth", 0, 6},
	weekOfWeekBasedYear: {"WeekOfWeekBasedYear", 1, 53},
	weekBasedYear:       {"WeekBasedYear", -maxYear, maxYear},
	isoWeek:             {"WeekOfWeekBasedYear", 1, 53},
	isoWeekBasedYear:    {"WeekBasedYear", -maxYear, maxYear},
	amPmOfDay:           {"AmPmOfDay", 0, 1},
	hourOfAmPm:          {"HourOfAmPm", 0, 11},
	clockHourOfAmPm:     {"ClockHourOfAmPm", 1, 12},
	hourOfDay:           {"HourOfDay", 0, 23},
	clockHourOfDay:      {"ClockHourOfDay", 1, 24},
	minuteOfHour:        {"MinuteOfHour", 0, 59},
	secondOfMinute:      {"SecondOfMinute", 0, 59},
	nanoOfSecond:        {"NanoOfSecond", 0, 999_999_999},
	milliOfDay:          {"MilliOfDay", 0, 86_400_000 - 1},
	nanoOfDay:           {"NanoOfDay", 0, 86_400_000_000_000 - 1},
	offsetSeconds:       {"OffsetSeconds", -maxOffset, maxOffset},
}

// maxOffset is the largest ZoneOffset, 18 hours.
const maxOffset = 18 * 3600

// A fieldSet is a set of fields.
type fieldSet uint64

func setOf(fs ...field) fieldSet {
	var s fieldSet
	for _, f := range fs {
		s |= 1 << f
	}
	return s
}

func (s fieldSet) has(f field) bool { return s&(1<<f) != 0 }

func (s fieldSet) hasAll(o fieldSet) bool { return s&o == o }

// lowest returns the first field of a set that is not empty.
func (s fieldSet) lowest() field { return field(bits.TrailingZeros64(uint64(s))) }
