package regex

import (
	"strings"
	"unicode"
)

var (
	asciiWord       = runeSet{'0', '9', 'A', 'Z', '_', '_', 'a', 'z'}
	asciiSpace      = runeSet{'\t', '\r', ' ', ' '}
	hexDigit        = runeSet{'0', '9', 'A', 'F', 'a', 'f'}
	horizontalSpace = runeSet{
		'\t', '\t', ' ', ' ', 0xA0, 0xA0, 0x1680, 0x1680, 0x180E, 0x180E,
		0x2000, 0x200A, 0x202F, 0x202F, 0x205F, 0x205F, 0x3000, 0x3000,
	}
	verticalSpace = runeSet{'\n', '\r', 0x85, 0x85, 0x2028, 0x2029}
)

// wordSet is Unicode's \w: letters, marks, decimal digits, connectors.
func wordSet() runeSet {
	return alphabetic().union(table(unicode.M, unicode.Nd, unicode.Pc))
}

func alphabetic() runeSet { return table(unicode.L, unicode.Nl, unicode.Other_Alphabetic) }

func assigned() runeSet { return table(unicode.Categories["Cn"]).negate() }

// posixClass returns the set of [:name:] in Ruby's dialect, which is Unicode's.
func posixClass(name string) (runeSet, bool) {
	switch name {
	case "alpha":
		return alphabetic(), true
	case "alnum":
		return alphabetic().union(table(unicode.Nd)), true
	case "ascii":
		return runeSet{0, unicode.MaxASCII}, true
	case "blank":
		return table(unicode.Zs).union(runeSet{'\t', '\t'}), true
	case "cntrl":
		return table(unicode.Cc), true
	case "digit":
		return table(unicode.Nd), true
	case "graph":
		return graph(), true
	case "lower":
		return table(unicode.Ll, unicode.Other_Lowercase), true
	case "print":
		return graph().union(table(unicode.Zs)), true
	case "punct":
		return table(unicode.P).union(ranges('$', '$', '+', '+', '<', '>', '^', '^', '`', '`', '|', '|', '~', '~')), true
	case "space":
		return table(unicode.White_Space), true
	case "upper":
		return table(unicode.Lu, unicode.Other_Uppercase), true
	case "xdigit":
		return hexDigit, true
	case "word":
		return wordSet(), true
	}
	return nil, false
}

// graph is what is neither space, control character, surrogate nor unassigned.
func graph() runeSet {
	return table(unicode.White_Space, unicode.Cc, unicode.Cs).union(assigned().negate()).negate()
}

// rubyProperty returns the set of \p{name}; case, blanks, dashes and underscores
// in the name do not matter.
func rubyProperty(name string) (runeSet, bool) {
	key := squeeze(name)
	if key == "punct" { // differs from [:punct:] in Joni
		return table(unicode.P), true
	}
	if s, ok := posixClass(strings.TrimPrefix(key, "xposix")); ok {
		return s, true
	}
	switch key {
	case "any":
		return runeSet{0, maxRune}, true
	case "assigned":
		return assigned(), true
	}
	return unicodeProperty(key)
}

func squeeze(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '_' {
			return -1
		}
		return r
	}, name))
}

// unicodeProperty returns a general category, by its short or long name, a
// script, a binary property or a block.
func unicodeProperty(key string) (runeSet, bool) {
	if s, ok := category(key); ok {
		return s, true
	}
	if s, ok := script(key); ok {
		return s, true
	}
	if s, ok := binaryProperty(key); ok {
		return s, true
	}
	if after, ok := strings.CutPrefix(key, "in"); ok {
		return block(after)
	}
	return nil, false
}

// categoryNames are the long names of the general categories (UAX #44).
var categoryNames = map[string]string{
	"other": "C", "control": "Cc", "format": "Cf", "unassigned": "Cn", "privateuse": "Co", "surrogate": "Cs",
	"letter": "L", "casedletter": "LC", "lowercaseletter": "Ll", "modifierletter": "Lm", "otherletter": "Lo",
	"titlecaseletter": "Lt", "uppercaseletter": "Lu", "mark": "M", "spacingmark": "Mc", "enclosingmark": "Me",
	"nonspacingmark": "Mn", "number": "N", "decimalnumber": "Nd", "letternumber": "Nl", "othernumber": "No",
	"punctuation": "P", "connectorpunctuation": "Pc", "dashpunctuation": "Pd", "closepunctuation": "Pe",
	"finalpunctuation": "Pf", "initialpunctuation": "Pi", "otherpunctuation": "Po", "openpunctuation": "Ps",
	"symbol": "S", "currencysymbol": "Sc", "modifiersymbol": "Sk", "mathsymbol": "Sm", "othersymbol": "So",
	"separator": "Z", "lineseparator": "Zl", "paragraphseparator": "Zp", "spaceseparator": "Zs",
}

func category(key string) (runeSet, bool) {
	if short, ok := categoryNames[key]; ok {
		key = strings.ToLower(short)
	}
	for name, t := range unicode.Categories {
		if len(name) <= 2 && strings.ToLower(name) == key {
			return table(t), true
		}
	}
	return nil, false
}

func script(key string) (runeSet, bool) {
	for name, t := range unicode.Scripts {
		if squeeze(name) == key {
			return table(t), true
		}
	}
	return nil, false
}

func binaryProperty(key string) (runeSet, bool) {
	switch key {
	case "alphabetic":
		return alphabetic(), true
	case "lowercase":
		return posixClass("lower")
	case "uppercase":
		return posixClass("upper")
	case "emoji":
		return emoji, true
	}
	for name, t := range unicode.Properties {
		if squeeze(name) == key {
			return table(t), true
		}
	}
	return nil, false
}

// emoji are the code points of the Emoji property, without those that are plain
// signs of ASCII and Latin-1, in ranges that take in a few neighbours.
var emoji = ranges('#', '#', '*', '*', '0', '9', 0xA9, 0xA9, 0xAE, 0xAE, 0x203C, 0x203C, 0x2049, 0x2049,
	0x2122, 0x2122, 0x2139, 0x2139, 0x2194, 0x21AA, 0x231A, 0x23FA, 0x24C2, 0x24C2, 0x25AA, 0x25FE, 0x2600, 0x27BF,
	0x2934, 0x2935, 0x2B05, 0x2B55, 0x3030, 0x3030, 0x303D, 0x303D, 0x3297, 0x3299, 0x1F004, 0x1F004,
	0x1F0CF, 0x1F0CF, 0x1F170, 0x1F171, 0x1F17E, 0x1F17F, 0x1F18E, 0x1F19A, 0x1F1E6, 0x1F1FF, 0x1F201, 0x1F64F,
	0x1F680, 0x1F6FC, 0x1F7E0, 0x1F7F0, 0x1F90C, 0x1FAF8)

// block returns one of the Unicode blocks that log patterns are known to use.
func block(key string) (runeSet, bool) {
	switch key {
	case "basiclatin":
		return runeSet{0, 0x7F}, true
	case "latin1supplement":
		return runeSet{0x80, 0xFF}, true
	case "latinextendeda":
		return runeSet{0x100, 0x17F}, true
	case "latinextendedb":
		return runeSet{0x180, 0x24F}, true
	case "greek", "greekandcoptic":
		return runeSet{0x370, 0x3FF}, true
	case "cyrillic":
		return runeSet{0x400, 0x4FF}, true
	case "hebrew":
		return runeSet{0x590, 0x5FF}, true
	case "arabic":
		return runeSet{0x600, 0x6FF}, true
	case "thai":
		return runeSet{0xE00, 0xE7F}, true
	case "generalpunctuation":
		return runeSet{0x2000, 0x206F}, true
	case "hiragana":
		return runeSet{0x3040, 0x309F}, true
	case "katakana":
		return runeSet{0x30A0, 0x30FF}, true
	case "cjkunifiedideographs":
		return runeSet{0x4E00, 0x9FFF}, true
	case "hangulsyllables":
		return runeSet{0xAC00, 0xD7AF}, true
	}
	return nil, false
}

// javaProperty returns the set of \p{name} in java.util.regex: a POSIX class,
// ASCII unless (?U) is set, a general category, Is with a category, script or
// binary property, In with a block, key=value, or java with a method of
// Character.
func javaProperty(name string, unicodeAware bool) (runeSet, bool) {
	if key, value, found := strings.Cut(name, "="); found {
		return javaKeyValue(strings.ToLower(key), squeeze(value))
	}
	if s, ok := javaPosix(name, unicodeAware); ok {
		return s, true
	}
	if after, ok := strings.CutPrefix(name, "In"); ok {
		return block(squeeze(after))
	}
	if after, ok := strings.CutPrefix(name, "Is"); ok {
		return unicodeProperty(squeeze(after))
	}
	if after, ok := strings.CutPrefix(name, "java"); ok {
		return javaMethod(after)
	}
	if name == "L1" {
		return runeSet{0, 0xFF}, true
	}
	if name == "all" {
		return runeSet{0, maxRune}, true
	}
	if t, ok := unicode.Categories[name]; ok {
		return table(t), true
	}
	return nil, false
}

func javaKeyValue(key, value string) (runeSet, bool) {
	switch key {
	case "sc", "script":
		return script(value)
	case "gc", "general_category":
		return category(value)
	case "blk", "block":
		return block(value)
	}
	return nil, false
}

func javaPosix(name string, unicodeAware bool) (runeSet, bool) {
	if unicodeAware && name != "ASCII" {
		return posixClass(strings.ToLower(name))
	}
	switch name {
	case "Lower":
		return runeSet{'a', 'z'}, true
	case "Upper":
		return runeSet{'A', 'Z'}, true
	case "ASCII":
		return runeSet{0, unicode.MaxASCII}, true
	case "Alpha":
		return runeSet{'A', 'Z', 'a', 'z'}, true
	case "Digit":
		return runeSet{'0', '9'}, true
	case "Alnum":
		return runeSet{'0', '9', 'A', 'Z', 'a', 'z'}, true
	case "Punct":
		return runeSet{'!', '/', ':', '@', '[', '`', '{', '~'}, true
	case "Graph":
		return runeSet{'!', '~'}, true
	case "Print":
		return runeSet{' ', '~'}, true
	case "Blank":
		return runeSet{'\t', '\t', ' ', ' '}, true
	case "Cntrl":
		return runeSet{0, 0x1F, 0x7F, 0x7F}, true
	case "XDigit":
		return hexDigit, true
	case "Space":
		return asciiSpace, true
	}
	return nil, false
}

func javaMethod(name string) (runeSet, bool) {
	switch name {
	case "LowerCase":
		return posixClass("lower")
	case "UpperCase":
		return posixClass("upper")
	case "TitleCase":
		return table(unicode.Lt), true
	case "Alphabetic":
		return alphabetic(), true
	case "Digit":
		return table(unicode.Nd), true
	case "Letter":
		return table(unicode.L), true
	case "LetterOrDigit":
		return table(unicode.L, unicode.Nd), true
	case "SpaceChar":
		return table(unicode.Z), true
	case "Whitespace":
		return table(unicode.Z).union(runeSet{'\t', '\r', 0x1C, 0x1F}).
			intersect(ranges(0xA0, 0xA0, 0x2007, 0x2007, 0x202F, 0x202F).negate()), true
	case "ISOControl":
		return runeSet{0, 0x1F, 0x7F, 0x9F}, true
	}
	return nil, false
}
