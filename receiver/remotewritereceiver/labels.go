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
	labelSet
	limits *LimitsConfig

	nameHash, jobHash, instanceHash uint64
	boundHash, typeHash             uint64
	last                            string
	unsorted                        bool
	count                           int
}

func (r *labelReader) reset() {
	*r = labelReader{labelSet: labelSet{scope: r.scope[:0]}, limits: r.limits}
}

// add takes the next label and says whether it is one of the series' attributes.
func (r *labelReader) add(name, value *symbol) (attribute bool, why reason) {
	switch {
	case name.text == "":
		return false, reasonEmptyLabelName
	case !name.utf8 || !value.utf8:
		return false, reasonUTF8
	case len(name.text) > r.limits.LabelNameLength || len(value.text) > r.limits.LabelValueLength:
		return false, reasonLabelLength
	}
	if name.text <= r.last {
		r.unsorted = true
	}
	r.last = name.text
	if value.text == "" {
		return false, accepted // means the same as no such label
	}
	if name.class != classAttribute {
		if r.special(name, value) {
			return false, accepted
		}
	}
	r.attributes += mix(name.hash, value.hash) // in any order
	return true, accepted
}

// special takes a label that means something. It returns false if it is an
// attribute after all.
func (r *labelReader) special(name, value *symbol) bool {
	switch name.class {
	case className:
		r.name, r.nameHash = value.text, value.hash
	case classJob:
		r.job, r.jobHash = value.text, value.hash
	case classInstance:
		r.instance, r.instanceHash = value.text, value.hash
	case classBound, classQuantile:
		if r.boundKind != classAttribute {
			return false // a series with both
		}
		r.bound, r.boundKind = value.text, name.class
		r.boundHash = mix(name.hash, value.hash)
	case classType:
		r.metricType = value.text
		r.typeHash += mix(name.hash, value.hash)
	case classUnit:
		r.unit = value.text
		r.typeHash += mix(name.hash, value.hash)
	case classScope:
		r.scope = append(r.scope, remotewrite.Label{Name: name.text, Value: value.text})
		r.scopeHash += mix(name.hash, value.hash)
	default:
		return false
	}
	return true
}

// finish computes the hashes once all labels are there.
func (r *labelReader) finish() reason {
	if r.name == "" {
		return reasonNoName
	}
	r.target = mix(r.jobHash, r.instanceHash)
	r.group = mix(mix(r.target, r.scopeHash+r.typeHash), r.nameHash+uint64(r.boundKind))
	r.series = mix(r.group, r.attributes+r.boundHash)
	return accepted
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
