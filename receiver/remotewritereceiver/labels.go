package remotewritereceiver

import (
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// labelClass is what a label name means to the receiver.
type labelClass uint8

const (
	classAttribute labelClass = iota
	className
	classJob
	classInstance
	classBound    // le
	classQuantile // quantile
	classType     // __type__, of Prometheus's type-and-unit-labels feature
	classUnit     // __unit__, likewise
	classScope    // otel_scope_*
)

const (
	labelJob      = "job"
	labelInstance = "instance"
	labelBound    = "le"
	labelQuantile = "quantile"
	scopePrefix   = "otel_scope_"
)

func classify(name string) labelClass {
	switch name {
	case "__name__":
		return className
	case labelJob:
		return classJob
	case labelInstance:
		return classInstance
	case labelBound:
		return classBound
	case labelQuantile:
		return classQuantile
	case "__type__":
		return classType
	case "__unit__":
		return classUnit
	}
	if strings.HasPrefix(name, scopePrefix) {
		return classScope
	}
	return classAttribute
}

// A symbol is a label name or value with what can be known about it alone. A 2.0
// request has each one once.
type symbol struct {
	text  string
	hash  uint64
	class labelClass
	utf8  bool

	owned bool // text is not part of the request's block: it may be kept
	box   any  // of text, once it is needed; see layout.go
}

// own makes text one that may be kept.
func (s *symbol) own() {
	if !s.owned {
		s.text, s.owned = strings.Clone(s.text), true
	}
}

// ownBox returns a box that may be kept.
func (s *symbol) ownBox() any {
	s.own()
	if s.box == nil {
		s.box = boxedAll(1, func(int) (string, string) { return "", s.text })[0].value
	}
	return s.box
}

// hashSeed makes hashes of labels unpredictable, so that no sender can make them
// collide. All hashes that are compared with each other use it.
var hashSeed = maphash.MakeSeed()

// newSymbol looks at text. A sender that knows it to be ASCII need not have it
// checked for UTF-8.
func newSymbol(text string, ascii bool) symbol {
	return symbol{
		text:  text,
		hash:  maphash.String(hashSeed, text),
		class: classify(text),
		utf8:  ascii || utf8.ValidString(text),
	}
}

// mix makes one hash of two, in order.
func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a^0x9e3779b97f4a7c15, b^0xd6e8feb86659fd93)
	return hi ^ lo
}

// A labelSet is what the labels of a series say, but for those that become its
// attributes. Two series are the same if their series hashes are equal: with 64
// seeded bits, two of a million live series share one in fewer than one of 10^7
// processes.
type labelSet struct {
	name, job, instance string

	// bound is the value of the label le or quantile, which is not yet among the
	// attributes: that depends on what the series turns out to be.
	bound     string
	boundKind labelClass // classBound, classQuantile, or classAttribute for none

	metricType string // of __type__
	unit       string // of __unit__
	scope      []remotewrite.Label

	target     uint64 // hash of job and instance
	scopeHash  uint64
	group      uint64 // hash of everything that decides to which metric it belongs
	attributes uint64 // hash of the attributes without the bound
	series     uint64 // hash of all labels
}

// labelReader puts a labelSet together, label by label.
type labelReader struct {
	limits *LimitsConfig
	seen
	scope  []uint32            // pairs of symbols, of otel_scope_*
	labels []remotewrite.Label // the same, for the set
}

// seen is what a labelReader knows of a series so far. It has the numbers of symbols,
// not strings: to write a pointer costs many times as much while the garbage collector
// is at work, and it would be one or two for each label. Symbol 0 is no text.
type seen struct {
	name, job, instance, bound, metricType, unit uint32

	last      uint32 // the name before
	unsorted  bool
	boundKind labelClass

	scopeHash, boundHash, typeHash uint64
	target, group                  uint64
	attributes, series             uint64
}

func (r *labelReader) reset() {
	r.seen = seen{}
	r.scope = r.scope[:0]
}

// add takes the next label and says whether it is one of the series' attributes.
func (r *labelReader) add(symbols []symbol, nameRef, valueRef uint32) (attribute bool, why reason) {
	name, value := &symbols[nameRef], &symbols[valueRef]
	switch {
	case name.text == "":
		return false, reasonEmptyLabelName
	case !name.utf8 || !value.utf8:
		return false, reasonUTF8
	case len(name.text) > r.limits.LabelNameLength || len(value.text) > r.limits.LabelValueLength:
		return false, reasonLabelLength
	}
	if name.text <= symbols[r.last].text {
		r.unsorted = true
	}
	r.last = nameRef
	if value.text == "" {
		return false, accepted // means the same as no such label
	}
	hash := mix(name.hash, value.hash)
	if name.class != classAttribute && r.special(name.class, nameRef, valueRef, hash) {
		return false, accepted
	}
	r.attributes += hash // in any order
	return true, accepted
}

// special takes a label that means something. It returns false if it is an
// attribute after all.
func (r *labelReader) special(class labelClass, name, value uint32, hash uint64) bool {
	switch class {
	case className:
		r.name = value
	case classJob:
		r.job = value
	case classInstance:
		r.instance = value
	case classBound, classQuantile:
		if r.boundKind != classAttribute {
			return false // a series with both
		}
		r.bound, r.boundKind, r.boundHash = value, class, hash
	case classType:
		r.metricType = value
		r.typeHash += hash
	case classUnit:
		r.unit = value
		r.typeHash += hash
	case classScope:
		r.scope = append(r.scope, name, value)
		r.scopeHash += hash
	default:
		return false
	}
	return true
}

// finish computes the hashes once all labels are there.
func (r *labelReader) finish(symbols []symbol) reason {
	if r.name == 0 {
		return reasonNoName
	}
	r.target = mix(symbols[r.job].hash, symbols[r.instance].hash)
	r.group = mix(mix(r.target, r.scopeHash+r.typeHash), symbols[r.name].hash+uint64(r.boundKind))
	r.series = mix(r.group, r.attributes+r.boundHash)
	return accepted
}

// set returns what the labels say. Its scope is valid until the next call.
func (r *labelReader) set(symbols []symbol) labelSet {
	r.labels = r.labels[:0]
	for i := 0; i < len(r.scope); i += 2 {
		r.labels = append(r.labels, remotewrite.Label{Name: symbols[r.scope[i]].text, Value: symbols[r.scope[i+1]].text})
	}
	return labelSet{
		name: symbols[r.name].text, job: symbols[r.job].text, instance: symbols[r.instance].text,
		bound: symbols[r.bound].text, boundKind: r.boundKind,
		metricType: symbols[r.metricType].text, unit: symbols[r.unit].text, scope: r.labels,
		target: r.target, scopeHash: r.scopeHash, group: r.group, attributes: r.attributes, series: r.series,
	}
}

// duplicates reports whether names, which are not sorted, has one twice. It sorts
// them.
func duplicates(names []string) bool {
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return true
		}
	}
	return false
}
