package document

import "time"

// AppendJSON appends v as JSON, numbers as Jackson prints them, map entries in
// order of insertion, dates as 2006-01-02T15:04:05.000Z with up to nine digits.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case KindString:
		return AppendQuoted(dst, v.Str())
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
			dst = append(AppendQuoted(dst, e.Key), ':')
			dst = e.Value.AppendJSON(dst)
		}
		return append(dst, '}')
	case KindDateTime:
		dst = append(dst, '"')
		return append(appendJSONTime(dst, v.Time()), '"')
	case kindObject:
		return AppendQuoted(dst, v.Text())
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
