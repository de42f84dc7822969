package painless

import (
	_ "embed" // the blocks
	"fmt"
	"sort"
	"strings"
	"unicode"

	"github.com/sluice-otel/sluice/ingest/document"
)

//go:embed unicodeblocks.txt
var unicodeBlocksFile string

// A unicodeBlock is where a Character.UnicodeBlock begins and ends.
type unicodeBlock struct {
	first, last rune
	name        string
}

// unicodeBlocks are the blocks in their order.
func unicodeBlocks() (out []unicodeBlock) {
	for line := range strings.Lines(unicodeBlocksFile) {
		var b unicodeBlock
		if _, err := fmt.Sscanf(line, "%x %x %s", &b.first, &b.last, &b.name); err == nil {
			out = append(out, b)
		}
	}
	return out
}

// unicodeScripts are the constants of Character.UnicodeScript in Java's order.
var unicodeScripts = enumValues("java.lang.Character$UnicodeScript", strings.Fields(
	"COMMON LATIN GREEK CYRILLIC ARMENIAN HEBREW ARABIC SYRIAC THAANA DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA "+
		"TAMIL TELUGU KANNADA MALAYALAM SINHALA THAI LAO TIBETAN MYANMAR GEORGIAN HANGUL ETHIOPIC CHEROKEE "+
		"CANADIAN_ABORIGINAL OGHAM RUNIC KHMER MONGOLIAN HIRAGANA KATAKANA BOPOMOFO HAN YI OLD_ITALIC GOTHIC DESERET "+
		"INHERITED TAGALOG HANUNOO BUHID TAGBANWA LIMBU TAI_LE LINEAR_B UGARITIC SHAVIAN OSMANYA CYPRIOT BRAILLE "+
		"BUGINESE COPTIC NEW_TAI_LUE GLAGOLITIC TIFINAGH SYLOTI_NAGRI OLD_PERSIAN KHAROSHTHI BALINESE CUNEIFORM "+
		"PHOENICIAN PHAGS_PA NKO SUNDANESE BATAK LEPCHA OL_CHIKI VAI SAURASHTRA KAYAH_LI REJANG LYCIAN CARIAN LYDIAN "+
		"CHAM TAI_THAM TAI_VIET AVESTAN EGYPTIAN_HIEROGLYPHS SAMARITAN MANDAIC LISU BAMUM JAVANESE MEETEI_MAYEK "+
		"IMPERIAL_ARAMAIC OLD_SOUTH_ARABIAN INSCRIPTIONAL_PARTHIAN INSCRIPTIONAL_PAHLAVI OLD_TURKIC BRAHMI KAITHI "+
		"MEROITIC_HIEROGLYPHS MEROITIC_CURSIVE SORA_SOMPENG CHAKMA SHARADA TAKRI MIAO CAUCASIAN_ALBANIAN BASSA_VAH "+
		"DUPLOYAN ELBASAN GRANTHA PAHAWH_HMONG KHOJKI LINEAR_A MAHAJANI MANICHAEAN MENDE_KIKAKUI MODI MRO "+
		"OLD_NORTH_ARABIAN NABATAEAN PALMYRENE PAU_CIN_HAU OLD_PERMIC PSALTER_PAHLAVI SIDDHAM KHUDAWADI TIRHUTA "+
		"WARANG_CITI AHOM ANATOLIAN_HIEROGLYPHS HATRAN MULTANI OLD_HUNGARIAN SIGNWRITING ADLAM BHAIKSUKI MARCHEN NEWA "+
		"OSAGE TANGUT MASARAM_GONDI NUSHU SOYOMBO ZANABAZAR_SQUARE HANIFI_ROHINGYA OLD_SOGDIAN SOGDIAN DOGRA "+
		"GUNJALA_GONDI MAKASAR MEDEFAIDRIN ELYMAIC NANDINAGARI NYIAKENG_PUACHUE_HMONG WANCHO YEZIDI CHORASMIAN "+
		"DIVES_AKURU KHITAN_SMALL_SCRIPT UNKNOWN")...)

func unicodeClasses() []classSpec { return []classSpec{blockClass(), scriptClass()} }

func blockClass() classSpec {
	blocks := unicodeBlocks()
	names := make([]string, len(blocks))
	for i := range blocks {
		names[i] = blocks[i].name
	}
	values := enumValues("java.lang.Character$UnicodeBlock", names...)
	s := enumSpec(values)
	s.extends = nil // it is no enum in Java
	s.statics = []member{
		{"Character.UnicodeBlock of(int)", func(t *thread, args []Value) Value {
			r := t.codePoint(args[0])
			i := sort.Search(len(blocks), func(i int) bool { return blocks[i].last >= r })
			if i == len(blocks) || blocks[i].first > r {
				return document.Null
			}
			return values[i]
		}},
		{"Character.UnicodeBlock forName(String)", func(t *thread, args []Value) Value {
			name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToUpper(t.text(args[0])))
			if v, ok := s.constants[name].(Value); ok {
				return v
			}
			t.throw(document.IllegalArgument, "Not a valid block name: %s", args[0].Str())
			return document.Null
		}},
	}
	return s
}

// codePoint is an argument that must be one.
func (t *thread) codePoint(v Value) rune {
	n := v.Int64()
	if n < 0 || n > unicode.MaxRune {
		t.throw(document.IllegalArgument, "Not a valid Unicode code point: 0x%X", uint32(n))
	}
	return rune(n)
}

func scriptClass() classSpec {
	s := enumSpec(unicodeScripts)
	tables := make(map[string]*unicode.RangeTable, len(unicode.Scripts))
	for name, table := range unicode.Scripts {
		tables[strings.ToUpper(name)] = table
	}
	unknown := s.constants["UNKNOWN"].(Value)
	named := func(t *thread, args []Value) Value {
		if v, ok := s.constants[strings.ToUpper(t.text(args[0]))].(Value); ok {
			return v
		}
		t.throw(document.IllegalArgument, "No enum constant java.lang.Character.UnicodeScript.%s", strings.ToUpper(args[0].Str()))
		return document.Null
	}
	s.statics = append(s.statics,
		member{"Character.UnicodeScript of(int)", func(t *thread, args []Value) Value {
			r := t.codePoint(args[0])
			for _, v := range unicodeScripts {
				if table := tables[enumIn(v).name]; table != nil && unicode.Is(table, r) {
					return v
				}
			}
			return unknown
		}},
		member{"Character.UnicodeScript forName(String)", named})
	return s
}
