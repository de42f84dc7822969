package step

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Sort sorts a list of strings, numbers or booleans.
type Sort struct {
	Field       string
	Descending  bool   // order: desc
	TargetField string // "" is Field
}

func readSort(o *Options) Processor {
	s := Sort{Field: o.String("field"), TargetField: o.OptionalString("target_field", "")}
	switch order := o.OptionalString("order", "asc"); order {
	case "asc":
	case "desc":
		s.Descending = true
	default:
		o.Failf("order", "[order] Sort direction [%s] not recognized. Valid values are: [asc, desc]", order)
	}
	return s
}

// Compile implements Processor.
func (s Sort) Compile(Env) (Step, error) {
	source, target, err := compilePaths(s.Field, s.TargetField)
	return Func(func(d *document.Document) error {
		v, err := d.Get(source)
		if err != nil {
			return err
		}
		switch v.Kind() {
		case document.KindNull:
			return document.Illegalf("field [%s] is null, cannot sort.", source)
		case document.KindList:
		default:
			return document.CannotCastTo(source.String(), v, "java.util.List")
		}
		items, err := s.sorted(v.List())
		if err != nil {
			return err
		}
		out := d.NewList()
		for _, item := range items {
			out.Append(item)
		}
		return d.Set(target, document.ListOf(out))
	}), err
}

func (s *Sort) sorted(list *document.List) ([]document.Value, error) {
	items := make([]document.Value, 0, list.Len())
	for _, item := range list.All() {
		items = append(items, item)
	}
	if err := s.comparable(items); err != nil {
		return nil, err
	}
	order := compareValues
	if s.Descending {
		order = func(a, b document.Value) int { return compareValues(b, a) }
	}
	slices.SortStableFunc(items, order)
	return items, nil
}

// comparable returns the exception Collections.sort raises where it meets the
// first pair of items that do not compare. One item compares with nothing.
func (s *Sort) comparable(items []document.Value) error {
	for i := 1; i < len(items); i++ {
		on, with, null := items[i], items[i-1], "a[runHi]" // on.compareTo(with)
		if s.Descending {
			on, with, null = with, on, "c2"
		}
		switch {
		case on.IsNull():
			return document.Throwf(document.NullPointer,
				`Cannot invoke "java.lang.Comparable.compareTo(Object)" because "%s" is null`, null)
		case on.List() != nil || on.Map() != nil:
			return cannotCastClass(on.Kind().Class(), "java.lang.Comparable")
		case with.IsNull():
			return document.Throwf(document.NullPointer, `Cannot read field "value" because "%s" is null`, compareParameters[on.Kind()])
		case on.Kind() != with.Kind():
			return cannotCastClass(with.Kind().Class(), on.Kind().Class())
		}
	}
	return nil
}

// compareParameters are what the parameters of the compareTo methods are called,
// as the JVM's messages name them.
var compareParameters = map[document.Kind]string{
	document.KindBoolean: "b", document.KindInteger: "anotherInteger", document.KindLong: "anotherLong",
	document.KindFloat: "anotherFloat", document.KindDouble: "anotherDouble", document.KindString: "anotherString",
}

// cannotCastClass is the JVM's exception for a cast between classes of its own.
func cannotCastClass(from, to string) error {
	return document.Throwf(document.ClassCast,
		"class %s cannot be cast to class %s (%[1]s and %[2]s are in module java.base of loader 'bootstrap')", from, to)
}

// compareValues is Comparable.compareTo of two values of one class.
func compareValues(a, b document.Value) int {
	switch a.Kind() {
	case document.KindString:
		return compareJavaStrings(a.Str(), b.Str())
	case document.KindBoolean:
		return cmp.Compare(boolRank(a.Bool()), boolRank(b.Bool()))
	case document.KindFloat, document.KindDouble:
		return compareJavaFloats(a.Float64(), b.Float64())
	case document.KindBigInteger:
		return compareBig(a.Text(), b.Text())
	case document.KindDateTime:
		return a.Time().Compare(b.Time())
	default:
		return cmp.Compare(a.Int64(), b.Int64())
	}
}

func boolRank(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareJavaStrings is String.compareTo, by UTF-16 code unit: other than in
// UTF-8, characters beyond U+FFFF, two units each, come before U+E000.
func compareJavaStrings(a, b string) int {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		order := cmp.Compare(a[i], b[i])
		if min(a[i], b[i]) >= 0xEE && a[i]>>4 != b[i]>>4 {
			return -order // one starts U+E000 to U+FFFF, the other a character beyond
		}
		return order
	}
	return cmp.Compare(len(a), len(b))
}

// compareJavaFloats is Double.compareTo: NaN is the largest, -0.0 below 0.0.
func compareJavaFloats(a, b float64) int {
	switch {
	case math.IsNaN(a) || math.IsNaN(b):
		return cmp.Compare(b, a) // NaN is the smallest in Go
	case a == b:
		return cmp.Compare(boolRank(math.Signbit(b)), boolRank(math.Signbit(a)))
	}
	return cmp.Compare(a, b)
}

func compareBig(a, b string) int {
	x, _ := new(big.Int).SetString(a, 10)
	y, _ := new(big.Int).SetString(b, 10)
	return x.Cmp(y)
}
