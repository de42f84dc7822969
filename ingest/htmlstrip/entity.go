package htmlstrip

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// entityNames are the entities of HTML 4, and the few others Lucene knows.
const entityNames = `
AElig AMP Aacute Acirc Agrave Alpha Aring Atilde Auml Beta COPY Ccedil Chi Dagger Delta ETH Eacute Ecirc
Egrave Epsilon Eta Euml GT Gamma Iacute Icirc Igrave Iota Iuml Kappa LT Lambda Mu Ntilde Nu OElig Oacute Ocirc
Ograve Omega Omicron Oslash Otilde Ouml Phi Pi Prime Psi QUOT REG Rho Scaron Sigma THORN Tau Theta Uacute
Ucirc Ugrave Upsilon Uuml Xi Yacute Yuml Zeta aacute acirc acute aelig agrave alefsym alpha amp and ang apos
aring asymp atilde auml bdquo beta brvbar bull cap ccedil cedil cent chi circ clubs cong copy crarr cup curren
dArr dagger darr deg delta diams divide eacute ecirc egrave empty emsp ensp epsilon equiv eta eth euml euro
exist fnof forall frac12 frac14 frac34 frasl gamma ge gt hArr harr hearts hellip iacute icirc iexcl igrave
image infin int iota iquest isin iuml kappa lArr lambda lang laquo larr lceil ldquo le lfloor lowast loz lrm
lsaquo lsquo lt macr mdash micro middot minus mu nabla nbsp ndash ne ni not notin nsub ntilde nu oacute ocirc
oelig ograve oline omega omicron oplus or ordf ordm oslash otilde otimes ouml para part permil perp phi pi piv
plusmn pound prime prod prop psi quot rArr radic rang raquo rarr rceil rdquo real reg rfloor rho rlm rsaquo
rsquo sbquo scaron sdot sect shy sigma sigmaf sim spades sub sube sum sup sup1 sup2 sup3 supe szlig tau there4
theta thetasym thinsp thorn tilde times trade uArr uacute uarr ucirc ugrave uml upsih upsilon uuml weierp xi
yacute yen yuml zeta zwj zwnj
`

var entities = func() map[string]string {
	m := map[string]string{}
	for name := range strings.FieldsSeq(entityNames) {
		m[name] = html.UnescapeString("&" + name + ";")
	}
	// Where HTML 5 or Lucene changed them.
	m["nbsp"], m["lang"], m["rang"] = " ", "\u2329", "\u232a"
	return m
}()

// reference resolves the character reference at the start of s, which begins
// with an ampersand. Without the semicolon it has to end the text. The length
// is 0 if there is none.
func reference(s string) (text string, length int) {
	if strings.HasPrefix(s, "&#") {
		return numeric(s)
	}
	end := 1
	for end < len(s) && isAlphanumeric(s[end]) {
		end++
	}
	text, ok := entities[s[1:end]]
	if !ok {
		return "", 0
	}
	return text, semicolon(s, end)
}

// semicolon returns where a reference ends whose name ends at i.
func semicolon(s string, i int) int {
	switch {
	case i == len(s):
		return i
	case s[i] == ';':
		return i + 1
	}
	return 0
}

func numeric(s string) (string, int) {
	r, length := codePoint(s)
	if length == 0 {
		return "", 0
	}
	if !utf16.IsSurrogate(r) {
		return string(r), length
	}
	if low, more := codePoint(s[length:]); s[length-1] == ';' && strings.HasSuffix(s[:length+more], ";") {
		if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
			return string(pair), length + more
		}
	}
	return string(utf8.RuneError), length
}

// codePoint reads &#123; or &#x7B;. Lucene takes no more than five hexadecimal
// or seven decimal digits.
func codePoint(s string) (rune, int) {
	if !strings.HasPrefix(s, "&#") {
		return 0, 0
	}
	digits, base, limit := 2, 10, 7
	if len(s) > 2 && s[2]|0x20 == 'x' {
		digits, base, limit = 3, 16, 5
	}
	end := digits
	for end < len(s) && isDigit(s[end], base) {
		end++
	}
	if end == digits || end-digits > limit {
		return 0, 0
	}
	n, err := strconv.ParseInt(s[digits:end], base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0, 0
	}
	return rune(n), semicolon(s, end)
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f'
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
