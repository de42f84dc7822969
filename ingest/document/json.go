package document

import (
	"time"
	"unicode/utf8"
)

// AppendJSON appends v as JSON, numbers as Jackson prints them, map entries in
// order of insertion, dates as 2006-01-02T15:04:05.000Z with up to nine digits.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindString:
		return appendQuoted(dst, v.Str())
	case KindFloat, KindDouble:
		return appendJSONFloat(dst, v)
	case KindList:
		dst = append(dst, '[')
		for i, item := range v.List().items {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.AppendJSON(dst)
		}
		return append(dst, ']')
	case KindMap:
		dst = append(dst, '{')
		for i := range v.Map().filled() {
			if i > 0 {
				dst = append(dst, ',')
			}
			e := &v.Map().entries[i]
			dst = append(appendQuoted(dst, e.Key), ':')
			dst = e.Value.AppendJSON(dst)
		}
		return append(dst, '}')
	case KindDateTime:
		dst = append(dst, '"')
		return append(appendJSONTime(dst, v.Time()), '"')
	case kindObject:
		return appendQuoted(dst, v.Text())
	case KindNull, KindBoolean, KindInteger, KindLong, KindBigInteger:
	}
	return v.AppendText(dst)
}

// appendJSONTime prints a time as strict_date_optional_time_nanos does: as many
// digits of the second as there are, three at least.
func appendJSONTime(dst []byte, t time.Time) []byte {
	dst = t.AppendFormat(dst, "2006-01-02T15:04:05.000000000")
	for n := 0; n < 6 && dst[len(dst)-1] == '0'; n++ {
		dst = dst[:len(dst)-1]
	}
	return t.AppendFormat(dst, "Z07:00")
}

// appendJSONFloat quotes what JSON has no number for, as Jackson does.
func appendJSONFloat(dst []byte, v Value) []byte {
	if f := v.Float64(); f != f || f-f != 0 {
		return append(v.AppendText(append(dst, '"')), '"')
	}
	return v.AppendText(dst)
}

const hexDigits = "0123456789abcdef"

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\ufffd"...)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= ' ' && c != '"' && c != '\\' {
			i++
			continue
		}
		dst = appendEscape(append(dst, s[start:i]...), c)
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
