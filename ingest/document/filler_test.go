package document_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A filler has the fields a, an object, b, which it reads only together with the
// others, and c.
type filler struct {
	doc   *document.Document
	fills int
}

func (f *filler) Field(key string) (v document.Value, has, known bool) {
	switch key {
	case "a":
		m := f.doc.NewMap()
		m.Put("x", document.Integer(1))
		return document.MapOf(m), true, true
	case "b":
		return document.Null, false, false
	case "c":
		return document.String("c"), true, true
	}
	return document.Null, false, true
}

func (f *filler) Has(key string) (has, known bool) {
	return key == "a" || key == "c", key != "b"
}

func (f *filler) Fill(m *document.Map) {
	f.fills++
	a, _, _ := f.Field("a")
	m.Put("a", a)
	m.Put("b", document.String("b"))
	m.Put("c", document.String("c"))
}

func unfilled() (*document.Map, *filler) {
	doc := document.New(time.Time{})
	f := &filler{doc: doc}
	doc.Source().FillFrom(f)
	return doc.Source(), f
}

func TestGetReadsOneField(t *testing.T) {
	m, f := unfilled()
	v, ok := m.Get("c")
	assert.True(t, ok)
	assert.Equal(t, "c", v.Str())
	_, ok = m.Get("d")
	assert.False(t, ok)
	assert.Zero(t, f.fills)
}

func TestFieldThatIsNotReadAloneFillsTheMap(t *testing.T) {
	m, f := unfilled()
	v, ok := m.Get("b")
	assert.True(t, ok)
	assert.Equal(t, "b", v.Str())
	assert.Equal(t, 1, f.fills)
}

func TestWhatWasChangedInAFieldIsKept(t *testing.T) {
	m, _ := unfilled()
	v, _ := m.Get("a")
	v.Map().Put("y", document.Integer(2))
	assert.Equal(t, `{"a":{"x":1,"y":2},"b":"b","c":"c"}`, string(document.MapOf(m).AppendJSON(nil))) //nolint:testifylint // encoded-compare: the order of the keys is part of it
}

func TestWhatIsPutStandsBesideTheOthers(t *testing.T) {
	m, f := unfilled()
	m.Put("d", document.Integer(4))
	m.Put("b", document.Integer(2))
	m.Put("d", document.Integer(5))
	v, ok := m.Get("b")
	assert.True(t, ok)
	assert.Equal(t, int64(2), v.Int64())
	touched, filled := m.Touched()
	assert.Len(t, touched, 2)
	assert.False(t, filled)
	assert.Zero(t, f.fills)
	assert.Equal(t, `{"a":{"x":1},"b":2,"c":"c","d":5}`, string(document.MapOf(m).AppendJSON(nil))) //nolint:testifylint // encoded-compare: the order of the keys is part of it
	_, filled = m.Touched()
	assert.True(t, filled)
}

func TestEverythingButGetPutAndDeleteFillsTheMap(t *testing.T) {
	want := `{"a":{"x":1},"b":"b","c":"c"}`
	for name, use := range map[string]func(*document.Map){
		"len": func(m *document.Map) { assert.Equal(t, 3, m.Len()) },
		"at":  func(m *document.Map) { assert.Equal(t, "b", m.At(1).Key) },
		"all": func(m *document.Map) {
			for range m.All() {
				continue
			}
		},
		"key":   func(m *document.Map) { assert.Equal(t, "c", m.KeyAt(2).Str()) },
		"order": func(m *document.Map) { assert.Len(t, m.JavaOrder(), 3) },
		"equals": func(m *document.Map) {
			other, _ := unfilled()
			assert.True(t, document.MapOf(other).Equals(document.MapOf(m)))
		},
		"identity": func(m *document.Map) {
			other, _ := unfilled()
			other.Len()
			assert.Equal(t, document.MapOf(other).Identity(), document.MapOf(m).Identity())
		},
		"hash": func(m *document.Map) {
			other, _ := unfilled()
			other.Len()
			assert.Equal(t, document.MapOf(other).HashCode(), document.MapOf(m).HashCode())
		},
		"text":      func(m *document.Map) { assert.Equal(t, "{a={x=1}, b=b, c=c}", document.MapOf(m).Text()) },
		"add, undo": func(m *document.Map) { m.Add("d", document.Null); require.True(t, m.Delete("d")) },
	} {
		m, f := unfilled()
		_, _ = m.Get("c")
		use(m)
		assert.Equal(t, 1, f.fills, name)
		assert.Equal(t, want, string(document.MapOf(m).AppendJSON(nil)), name)
	}
}

// many is a filler with the fields f0 to f11.
type many struct{}

func (many) Field(key string) (v document.Value, has, known bool) {
	for i := range 12 {
		if key == fmt.Sprint("f", i) {
			return document.Integer(int32(i)), true, true
		}
	}
	return document.Null, false, true
}

func (f many) Has(key string) (has, known bool) {
	_, has, known = f.Field(key)
	return has, known
}

func (many) Fill(m *document.Map) {
	for i := range 12 {
		m.Put(fmt.Sprint("f", i), document.Integer(int32(i)))
	}
}

// Whatever is put and removed before a map is filled, it is what it would be if it had been
// filled at once: its fields, their order and the order in which Java shows them, which
// depends on how many there have been.
func TestMapIsWhatItWouldBeFilled(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		lazy, plain := document.New(time.Time{}).Source(), document.New(time.Time{}).Source()
		lazy.FillFrom(many{})
		many{}.Fill(plain)
		var did []string
		for n := range random.IntN(12) {
			key := fmt.Sprint("f", random.IntN(16))
			switch random.IntN(3) {
			case 0:
				did = append(did, "put "+key)
				lazy.Put(key, document.Integer(int32(100+n)))
				plain.Put(key, document.Integer(int32(100+n)))
			case 1:
				did = append(did, "delete "+key)
				require.Equal(t, plain.Delete(key), lazy.Delete(key), did)
			default:
				did = append(did, "get "+key)
				want, has := plain.Get(key)
				got, ok := lazy.Get(key)
				require.Equal(t, has, ok, did)
				require.Equal(t, want, got, did)
			}
		}
		require.Equal(t, document.MapOf(plain).AppendJSON(nil), document.MapOf(lazy).AppendJSON(nil), did)
		require.Equal(t, plain.JavaOrder(), lazy.JavaOrder(), did)
	}
}
