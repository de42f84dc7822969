package ratecontrol

// A LawType is a law with the name under which configurations know it.
type LawType struct {
	Name string
	New  func(Limits) Law
}

// Builtin returns the laws of this package. Distributions may add others.
func Builtin() []LawType {
	return []LawType{
		{Name: "rate_match", New: func(l Limits) Law { return NewRateMatch(l) }},
		{Name: "step", New: func(l Limits) Law { return NewStep(l) }},
	}
}
