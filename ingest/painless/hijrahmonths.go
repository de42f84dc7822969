package painless

import (
	"strconv"
	"sync"
)

// The years of the calendar of Umm al-Qura that Java 17 knows, and the day since 1970-01-01 on which
// the first begins.
const (
	firstHijrahYear = 1300
	lastHijrahYear  = 1600
	firstHijrahDay  = -31826
)

// hijrahMonths has three hexadecimal digits for each year: a bit for each month, the first the
// highest, which is 1 if the month has 30 days and 0 if it has 29.
const hijrahMonths = "aaad54ec96d46ea36caad5556a9792ba95d4ada55cd2d69574ab54b6a5ad4aea4f51768b6a5ad52d695b49da4dd26d955ac9b62baa5b52ba956caae9" +
	"2f49762b6956acaba4bd25d92dc96d54daa5b52ba55b49b655729754b6a3752b6556aaab52bc95d4ada55caad69574ab94baa5b52b6a5752768b745b" +
	"5555a95b49da4dd26e936aaad54db25d52da95b4aba55b49b64b715b4ab5a55d25e92ec96d4ae996b4aba93d49da4db2ab94baa5b52ba95b2ab5555c" +
	"4bd23d91da95b4ab5a56d2b693b49b6556a9754b6a56caad555b29b92ba95d4ada55aaab595749764baa5b52b6a56e4db25b52b6a5ad2ae92f49764b" +
	"6a56acad655d49da4dd16d955aa5b52da95b4ad5956ca6e4aea4f52b6956aaab54bd25d92ea96d4ada95b4aba55b29b54d6a97547693749b5556aa6b" +
	"52ba8bd46da35caad64db26b94baa5b52b695751768b725b52b5655b49da4ed16d8b6aa6d52da95d4ada95b4ab653729762ba95b2ab5555b25d92ec9" +
	"6d2ae956b4aba55d29d54daa9b54baa3b49ba4daaaad52da95d45ea2ec9ad556b26b94baa5d52da95b52ba8bb45b92da95ab4ada4ed16e8b6a56d535" +
	"695d4ada8dd46da55b29d62bb15b4ab955aaaae92ec8f5276956aaad655d29d"

// hijrahStarts are the days on which months begin, and in the end the one behind the last.
var hijrahStarts = sync.OnceValue(func() []int64 {
	day := int64(firstHijrahDay)
	starts := []int64{day}
	for i := 0; i < len(hijrahMonths); i += 3 {
		year, err := strconv.ParseUint(hijrahMonths[i:i+3], 16, 12)
		if err != nil {
			panic("painless: " + err.Error())
		}
		for bit := 11; bit >= 0; bit-- {
			day += 29 + int64(year>>bit&1)
			starts = append(starts, day)
		}
	}
	return starts
})
