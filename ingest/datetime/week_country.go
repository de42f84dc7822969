package datetime

import "strings"

// Countries by the weeks they have, from CLDR's weekData; all others have
// weeks that begin on Monday, of which the first has January 1.
const (
	sundayWeeks   = "AG AS BD BR BS BT BW BZ CA CO DM DO ET GT GU HK HN ID IL IN JM JP KE KH KR LA MH MM MO MT MX MZ NI NP PA PE PH PK PR PY SA SG SV TH TT TW UM US VE VI WS YE ZA ZW"
	saturdayWeeks = "AF BH DJ DZ EG IQ IR JO KW LY OM QA SD SY"
	fridayWeeks   = "MV"
	fourDays      = "AD AN AT AX BE BG CH CZ DE DK EE ES FI FJ FO FR GB GF GG GI GP GR HU IE IM IS IT JE LI LT LU MC MQ NL NO PL PT RE RU SE SJ SK SM VA"
)

func weeksOf(country string) weekRule {
	w := weekRule{firstDay: 1, minDays: 1}
	for day, countries := range map[int64]string{7: sundayWeeks, 6: saturdayWeeks, 5: fridayWeeks} {
		if listed(countries, country) {
			w.firstDay = day
		}
	}
	if listed(fourDays, country) {
		w.minDays = 4
	}
	return w
}

func listed(countries, country string) bool {
	return len(country) == 2 && strings.Contains(countries, country)
}
