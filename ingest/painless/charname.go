package painless

import (
	"fmt"
	"sort"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/runenames"

	"github.com/sluice-otel/sluice/ingest/document"
)

// controlNames are the names of the controls up to U+001F and from U+007F to U+009F,
// which Unicode itself does not name. One of them has none.
const controlNames = "NULL|START OF HEADING|START OF TEXT|END OF TEXT|END OF TRANSMISSION|ENQUIRY|ACKNOWLEDGE|BEL|BACKSPACE|" +
	"CHARACTER TABULATION|LINE FEED (LF)|LINE TABULATION|FORM FEED (FF)|CARRIAGE RETURN (CR)|SHIFT OUT|SHIFT IN|" +
	"DATA LINK ESCAPE|DEVICE CONTROL ONE|DEVICE CONTROL TWO|DEVICE CONTROL THREE|DEVICE CONTROL FOUR|" +
	"NEGATIVE ACKNOWLEDGE|SYNCHRONOUS IDLE|END OF TRANSMISSION BLOCK|CANCEL|END OF MEDIUM|SUBSTITUTE|ESCAPE|" +
	"INFORMATION SEPARATOR FOUR|INFORMATION SEPARATOR THREE|INFORMATION SEPARATOR TWO|INFORMATION SEPARATOR ONE|" +
	"DELETE|PADDING CHARACTER|HIGH OCTET PRESET|BREAK PERMITTED HERE|NO BREAK HERE||NEXT LINE (NEL)|" +
	"START OF SELECTED AREA|END OF SELECTED AREA|CHARACTER TABULATION SET|" +
	"CHARACTER TABULATION WITH JUSTIFICATION|LINE TABULATION SET|PARTIAL LINE FORWARD|PARTIAL LINE BACKWARD|" +
	"REVERSE LINE FEED|SINGLE SHIFT TWO|SINGLE SHIFT THREE|DEVICE CONTROL STRING|PRIVATE USE ONE|PRIVATE USE TWO|" +
	"SET TRANSMIT STATE|CANCEL CHARACTER|MESSAGE WAITING|START OF GUARDED AREA|END OF GUARDED AREA|" +
	"START OF STRING|SINGLE GRAPHIC CHARACTER INTRODUCER|SINGLE CHARACTER INTRODUCER|CONTROL SEQUENCE INTRODUCER|" +
	"STRING TERMINATOR|OPERATING SYSTEM COMMAND|PRIVACY MESSAGE|APPLICATION PROGRAM COMMAND"

var controls = sync.OnceValue(func() []string { return strings.Split(controlNames, "|") })

// knownBlocks are read when a name first needs them.
var knownBlocks = sync.OnceValue(unicodeBlocks)

// charName is Character.getName. A character without a name of its own has that of its
// block and its number; one that Unicode has not assigned has none.
func charName(t *thread, args []Value) Value {
	r := t.codePoint(args[0])
	name := runenames.Name(r)
	switch {
	case unicode.Is(unicode.Cn, r):
		return document.Null
	case r < ' ':
		name = controls()[r]
	case unicode.Is(unicode.Cc, r):
		name = controls()[r-0x7f+' ']
	}
	if name != "" && name[0] != '<' {
		return document.String(name)
	}
	return document.String(strings.TrimSpace(blockName(knownBlocks(), r) + fmt.Sprintf(" %X", r)))
}

// blockName is the name of the block of a character in words, "" if it is in none.
func blockName(blocks []unicodeBlock, r rune) string {
	i := sort.Search(len(blocks), func(i int) bool { return blocks[i].last >= r })
	if i == len(blocks) || blocks[i].first > r {
		return ""
	}
	return strings.ReplaceAll(blocks[i].name, "_", " ")
}
