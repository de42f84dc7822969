package step

import (
	"crypto/md5"  //nolint:gosec // the pipeline's author chose it, to tell documents apart
	"crypto/sha1" //nolint:gosec // likewise
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"hash"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/twmb/murmur3"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Fingerprint computes a hash of fields.
type Fingerprint struct {
	Fields        []string
	TargetField   string // "" is fingerprint
	Salt          string
	Method        string // MD5, SHA-1, SHA-256, SHA-512 or MurmurHash3; "" is SHA-1
	IgnoreMissing bool   // fields that are missing or null do not count
}

func readFingerprint(o *Options) Processor {
	f := Fingerprint{
		Fields:        o.List("fields"),
		TargetField:   o.OptionalString("target_field", ""),
		Salt:          o.OptionalString("salt", ""),
		Method:        o.OptionalString("method", "SHA-1"),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
	if f.Fields != nil && len(f.Fields) == 0 {
		o.Failf("fields", "[fields] must specify at least one field")
	}
	if fingerprintHash(f.Method) == nil {
		o.Failf("method", "[method] [%s] must be one of the supported hash methods [MD5,SHA-1,SHA-256,SHA-512,MurmurHash3]", f.Method)
	}
	return f
}

func fingerprintHash(method string) func() hash.Hash {
	switch method {
	case "MD5":
		return md5.New
	case "SHA-1", "":
		return sha1.New
	case "SHA-256":
		return sha256.New
	case "SHA-512":
		return sha512.New
	case "MurmurHash3":
		return func() hash.Hash { return murmur3.New128() }
	}
	return nil
}

// Compile implements Processor.
func (f Fingerprint) Compile(Env) (Step, error) {
	s := &fingerprintStep{ignoreMissing: f.IgnoreMissing, newHash: fingerprintHash(f.Method)}
	if strings.TrimSpace(f.Salt) != "" {
		s.salt = []byte(f.Salt)
	}
	for _, name := range slices.Sorted(slices.Values(f.Fields)) {
		path, err := document.ParsePath(name)
		if err != nil {
			return nil, InOption("fields", err)
		}
		s.fields = append(s.fields, path)
	}
	target := f.TargetField
	if target == "" {
		target = "fingerprint"
	}
	var err error
	s.target, err = document.ParsePath(target)
	return s, InOption("target_field", err)
}

type fingerprintStep struct {
	fields        []document.Path // sorted
	target        document.Path
	salt          []byte
	newHash       func() hash.Hash
	ignoreMissing bool
}

// Run implements Step. Like Elasticsearch it names the last of the missing
// fields, and sets nothing if there is no field at all.
func (s *fingerprintStep) Run(d *document.Document) error {
	found := 0
	for _, path := range slices.Backward(s.fields) {
		if v, _ := d.Lookup(path); !v.IsNull() {
			found++
		} else if !s.ignoreMissing {
			return document.Illegalf("missing field [%s] when calculating fingerprint", path)
		}
	}
	if found == 0 {
		return nil
	}
	data := slices.Clip(s.salt)
	for _, path := range s.fields {
		v, _ := d.Lookup(path)
		if v.IsNull() {
			continue
		}
		var err error
		if data, err = appendHashed(data, v); err != nil {
			return err
		}
	}
	h := s.newHash()
	h.Write(data)
	return d.Set(s.target, document.String(base64.StdEncoding.EncodeToString(h.Sum(nil))))
}

// appendHashed appends the bytes of a value that count, each scalar and key
// after a zero, those of an object in the order of its keys.
func appendHashed(dst []byte, v document.Value) ([]byte, error) {
	var err error
	switch v.Kind() {
	case document.KindList:
		for _, item := range v.List().All() {
			if dst, err = appendHashed(dst, item); err != nil {
				return nil, err
			}
		}
		return dst, nil
	case document.KindMap:
		for _, key := range sortedKeys(v.Map()) {
			item, _ := v.Map().Get(key)
			if dst, err = appendHashed(append(append(dst, 0), key...), item); err != nil {
				return nil, err
			}
		}
		return dst, nil
	default:
		return appendHashedScalar(append(dst, 0), v)
	}
}

func sortedKeys(m *document.Map) []string {
	keys := make([]string, 0, m.Len())
	for key := range m.All() {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, compareJavaStrings)
	return keys
}

// appendHashedScalar appends the bytes FingerprintProcessor.toBytes makes:
// numbers in little endian as wide as their class.
func appendHashedScalar(dst []byte, v document.Value) ([]byte, error) {
	switch v.Kind() {
	case document.KindNull:
		return dst, nil
	case document.KindString:
		return append(dst, v.Str()...), nil
	case document.KindBoolean:
		return append(dst, byte(2-boolRank(v.Bool()))), nil
	case document.KindInteger:
		return binary.LittleEndian.AppendUint32(dst, uint32(v.Int64())), nil
	case document.KindLong:
		return binary.LittleEndian.AppendUint64(dst, uint64(v.Int64())), nil
	case document.KindFloat:
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v.Float64()))), nil
	case document.KindDouble:
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v.Float64())), nil
	case document.KindDateTime:
		return appendHashedTime(dst, v.Time()), nil
	default:
		return nil, document.Illegalf("cannot convert object of type [%s] to bytes", v.Kind().Class())
	}
}

func appendHashedTime(dst []byte, t time.Time) []byte {
	_, offset := t.Zone()
	for _, n := range [...]int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), offset} {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n))
	}
	if name := t.Location().String(); strings.Contains(name, "/") {
		return append(dst, name...)
	}
	return t.AppendFormat(dst, "Z07:00") // the id of a zone that is but an offset
}
