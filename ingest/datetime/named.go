package datetime

import "strings"

// A namedFormat is one of Elasticsearch's named formats: what it prints and
// what it parses, in the notation of compileSpec.
type namedFormat struct {
	prints string
	iso    *isoForm // tried before parse
	parse  []string
	style  resolverStyle
	zone   *Zone // of a text without one, in place of the processor's
}

// Parts of the formats. Strict ones have a fixed width.
const (
	strictDate      = "u4x[-M2[-d2]]"
	printedDate     = "u4-9x[-M2[-d2]]"
	isoLocalDate    = "u4-10x-M2-d2"
	looseDate       = "u1-9n[-M1-2[-d1-2]]"
	strictClock     = "H2:m2:s2"
	looseClock      = "H1-2:m1-2:s1-2"
	basicClock      = "H2m2s2"
	basicDate       = "u4nM2d2"
	printedBasic    = "u4-10nM2d2"
	optionalTime    = printedDate + "T[H2[:m2[:s2[.3]][z]]]"
	basicWeek       = "I1-19nWw1-2Ne1-19n"
	strictBasicWeek = "I4Ww1-2Ne1-19n"
	printedWeek     = "I4-10nWw2Ne1-19n"
	isoWeekDate     = "?I4-10x-Ww2-e1"
	looseWeekDate   = "I4-10x-Ww1-2-e1"
)

// withZone returns the parsers of a form that ends in a zone: an id or an
// offset with a colon, or an offset without.
func withZone(spec string) []string { return []string{spec + "V", spec + "Z"} }

// namedFormats is DateFormatters.forPattern of Elasticsearch 9, without the
// names in camel case that version 8 removed.
func namedFormats() map[string]namedFormat {
	m := map[string]namedFormat{
		"iso8601": {
			prints: optionalTime, iso: &isoForm{},
			parse: []string{strictDate + "[T[H2[:m2[:s2[.1-9][,1-9]]]][V][Z]]"},
		},
		"strict_date_optional_time": {
			prints: optionalTime, iso: &isoForm{},
			parse: []string{strictDate + "[T[H2[:m2[:s2[.1-9][,1-9]]][V][Z]]]"},
		},
		"strict_date_optional_time_nanos": {
			prints: printedDate + "T[H2[:m2[:s2[.3-9]][z]]]", iso: &isoForm{needs: isoSecond, dateOnly: true},
			parse: []string{strictDate + "[T" + strictClock + "[.1-9][,1-9][V][Z]]"},
		},
		"date_optional_time": {
			prints: optionalTime,
			parse:  []string{looseDate + "[T[H1-2[:m1-2[:s1-2][.1-9][,1-9][V][Z]]]]"},
		},
		"date_time": {
			prints: optionalTime,
			parse:  []string{looseDate + "TH1-2:m1-2[:s1-2.1-9]z", looseDate + "TH1-2:m1-2[:s1-2.1-9]Z"},
		},
		"date_time_no_millis": {
			prints: isoLocalDate + "T" + strictClock + "V",
			parse: []string{
				looseDate + "TH1-2:m1-2[:s1-2]z", looseDate + "TH1-2:m1-2[:s1-2]Z",
				looseDate + "TH1-2:m1-2[:s1-2][V]", looseDate + "TH1-2:m1-2[:s1-2][Z]",
			},
		},
		"strict_date_time": {
			prints: strictDate + "T" + strictClock + ".3-9z",
			iso:    &isoForm{needs: isoSecond, pointOnly: true, zone: zoneRequired},
			parse:  withZone(strictDate + "T" + strictClock + "[.1-9]"),
		},
		"strict_date_time_no_millis": {
			prints: strictDate + "T" + strictClock + "z",
			iso:    &isoForm{needs: isoSecond, most: isoSecond, zone: zoneRequired},
			parse:  withZone(strictDate + "T" + strictClock),
		},
		"basic_date": {prints: printedBasic, parse: []string{"u1-4nM1-2d1-2"}, zone: UTC},
	}
	addDates(m)
	addTimes(m)
	addWeeks(m)
	addOrdinals(m)
	return m
}

func addDates(m map[string]namedFormat) {
	m["date"] = namedFormat{prints: isoLocalDate, parse: []string{looseDate}}
	m["strict_date"] = namedFormat{prints: isoLocalDate, parse: []string{isoLocalDate}, style: lenient}
	m["year"] = both("u1-19n")
	m["strict_year"] = namedFormat{
		prints: "u4x", iso: &isoForm{most: isoYear, zone: zoneForbidden}, parse: []string{"u4x"},
	}
	m["year_month"] = namedFormat{prints: "u4-10x-M2", parse: []string{"u1-19n-M1-19n"}}
	m["strict_year_month"] = namedFormat{
		prints: "u4x-M2", iso: &isoForm{needs: isoMonth, most: isoMonth, zone: zoneForbidden}, parse: []string{"u4x-M2"},
	}
	m["year_month_day"] = namedFormat{prints: strictDate, parse: []string{"u1-19n-M1-19n-d1-19n"}}
	m["strict_year_month_day"] = both(strictDate)

	dateHour := "u4-19x-M2-d2TH2"
	m["date_hour"] = namedFormat{prints: dateHour, parse: []string{looseDate + "TH1-2"}}
	m["strict_date_hour"] = smartBoth(dateHour)
	m["date_hour_minute"] = namedFormat{prints: dateHour + ":m2", parse: []string{looseDate + "TH1-2:m1-2"}}
	m["strict_date_hour_minute"] = smartBoth(dateHour + ":m2")
	m["date_hour_minute_second"] = namedFormat{prints: dateHour + ":m2:s2", parse: []string{looseDate + "T" + looseClock}}
	m["strict_date_hour_minute_second"] = namedFormat{
		prints: dateHour + ":m2:s2", iso: &isoForm{needs: isoSecond, most: isoSecond, zone: zoneForbidden},
		parse: []string{dateHour + ":m2:s2"}, style: smart,
	}
	for suffix, width := range map[string]string{"millis": "3", "fraction": "9"} {
		m["date_hour_minute_second_"+suffix] = namedFormat{
			prints: strictDate + "T" + strictClock + ".3", parse: []string{looseDate + "T" + looseClock + ".1-" + width},
		}
		m["strict_date_hour_minute_second_"+suffix] = namedFormat{
			prints: strictDate + "T" + strictClock + ".3",
			iso:    &isoForm{needs: isoFraction, pointOnly: true, zone: zoneForbidden},
			parse:  []string{strictDate + "T" + strictClock + ".1-9"},
		}
	}
}

func addTimes(m map[string]namedFormat) {
	m["hour"] = namedFormat{prints: "H2", parse: []string{"H1-2"}}
	m["strict_hour"] = smartBoth("H2")
	m["hour_minute"] = namedFormat{prints: "H2:m2", parse: []string{"H1-2:m1-2"}}
	m["strict_hour_minute"] = smartBoth("H2:m2")
	m["hour_minute_second"] = namedFormat{prints: strictClock, parse: []string{looseClock}}
	m["strict_hour_minute_second"] = both(strictClock)
	for suffix, width := range map[string]string{"millis": "3", "fraction": "9"} {
		m["hour_minute_second_"+suffix] = namedFormat{prints: strictClock + ".3", parse: []string{looseClock + ".1-" + width}}
		m["strict_hour_minute_second_"+suffix] = namedFormat{prints: strictClock + ".3", parse: []string{strictClock + ".1-9"}}
	}
	// Each of these comes alone, behind a T, and the basic one behind a date.
	for name, clock := range map[string]string{"time": looseClock, "strict_time": strictClock, "basic_time": basicClock} {
		printed := strictClock
		if name == "basic_time" {
			printed = basicClock
		}
		for fraction, widths := range map[string][2]string{"": {".3", ".1-9"}, "_no_millis": {"", ""}} {
			m[name+fraction] = namedFormat{prints: printed + widths[0] + "z", parse: withZone(clock + widths[1])}
			m[strings.Replace(name, "time", "t_time", 1)+fraction] = namedFormat{
				prints: "T" + printed + widths[0] + "z", parse: withZone("T" + clock + widths[1]),
			}
			if name == "basic_time" {
				m["basic_date_time"+fraction] = namedFormat{
					prints: printedBasic + "T" + printed + widths[0] + "z",
					parse:  withZone(basicDate + "T" + clock + widths[1]),
				}
			}
		}
	}
}

func addWeeks(m map[string]namedFormat) {
	m["weekyear"] = both("I1-19n")
	m["week_year"] = m["weekyear"] // as version 7 calls it
	m["strict_weekyear"] = both("I4-10x")
	m["weekyear_week"] = namedFormat{prints: "I4-10x-Ww2", parse: []string{"I1-19n-Ww1-19n"}}
	m["strict_weekyear_week"] = both("I4-10x-Ww2")
	m["weekyear_week_day"] = namedFormat{prints: "I4-10x-Ww2-e1-19n", parse: []string{"I1-19n-Ww1-19n-e1-19n"}}
	m["strict_weekyear_week_day"] = both("I4-10x-Ww2-e1-19n")
	m["week_date"] = namedFormat{prints: isoWeekDate, parse: []string{looseWeekDate}}
	m["strict_week_date"] = both(isoWeekDate)
	m["week_date_time"] = namedFormat{
		prints: isoWeekDate + "T" + strictClock + ".3z", parse: withZone(looseWeekDate + "T" + looseClock + ".1-9"),
	}
	m["week_date_time_no_millis"] = namedFormat{
		prints: isoWeekDate + "T" + strictClock + "z", parse: withZone(looseWeekDate + "T" + looseClock),
	}
	m["strict_week_date_time"] = namedFormat{
		prints: isoWeekDate + "T" + strictClock + ".3z", parse: withZone(isoWeekDate + "T" + strictClock + ".1-9"),
	}
	m["strict_week_date_time_no_millis"] = namedFormat{
		prints: isoWeekDate + "T" + strictClock + "z", parse: withZone(isoWeekDate + "T" + strictClock),
	}
	m["basic_week_date"] = namedFormat{prints: printedWeek, parse: []string{basicWeek}}
	m["strict_basic_week_date"] = namedFormat{prints: printedWeek, parse: []string{strictBasicWeek}}
	m["basic_week_date_time"] = namedFormat{
		prints: printedWeek + "T" + basicClock + ".3Z", parse: withZone(basicWeek + "T" + basicClock + ".1-9"),
	}
	m["basic_week_date_time_no_millis"] = namedFormat{
		prints: printedWeek + "T" + basicClock + "Z", parse: withZone(basicWeek + "T" + basicClock),
	}
	m["strict_basic_week_date_time"] = namedFormat{
		prints: printedWeek + "T" + basicClock + ".3Z", parse: withZone(strictBasicWeek + "T" + basicClock + ".1-9"),
	}
	m["strict_basic_week_date_time_no_millis"] = namedFormat{
		prints: printedWeek + "T" + basicClock + "z", parse: withZone(printedWeek + "T" + basicClock),
	}
}

func addOrdinals(m map[string]namedFormat) {
	loose, strictDay := "u4-10x-D1-3", "u4x-D3"
	m["ordinal_date"] = namedFormat{prints: "u4-10x-D3", parse: []string{loose}}
	m["strict_ordinal_date"] = both("?" + strictDay)
	m["ordinal_date_time"] = namedFormat{
		prints: strictDay + "TH2:m2[:s2.3-9]z", parse: withZone(loose + "TH1-2:m1-2[:s1-2.1-9]"),
	}
	m["strict_ordinal_date_time"] = namedFormat{
		prints: strictDay + "TH2:m2[:s2.3-9]z", parse: withZone(strictDay + "TH2:m2[:s2.1-9]"),
	}
	m["ordinal_date_time_no_millis"] = namedFormat{
		prints: strictDay + "T" + strictClock + "z", parse: withZone(loose + "T" + looseClock),
	}
	m["strict_ordinal_date_time_no_millis"] = namedFormat{
		prints: strictDay + "T" + strictClock + "z", parse: withZone(strictDay + "T" + strictClock),
	}
	m["basic_ordinal_date"] = smartBoth("u4-19xD3")
	m["basic_ordinal_date_time"] = namedFormat{
		prints: "y4-19xD3T" + basicClock + ".3z", parse: withZone("y4-19xD3T" + basicClock + ".1-9"),
	}
	m["basic_ordinal_date_time_no_millis"] = namedFormat{
		prints: "u4-19xD3T" + basicClock + "z", parse: withZone("u4-19xD3T" + basicClock),
	}
}

func both(spec string) namedFormat { return namedFormat{prints: spec, parse: []string{spec}} }

func smartBoth(spec string) namedFormat {
	return namedFormat{prints: spec, parse: []string{spec}, style: smart}
}
