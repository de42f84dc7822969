package ratecontrol

// A Step is the plain rule: each tick with a threshold crossed halves the rate,
// each without raises it by a tenth.
//
// It needs no idea of what the backend can take, and therefore swings around it:
// behind a backend that takes 40 % it delivers four fifths of what would be
// possible, and it halves twice for a stall of two seconds that the queue would
// have bridged.
type Step struct {
	limits Limits
	rate   float64
}

const (
	stepDown = 0.5
	stepUp   = 1.1
)

// NewStep returns a law that begins at the base rate.
func NewStep(l Limits) *Step { return &Step{limits: l, rate: l.Base} }

// Next implements Law.
func (s *Step) Next(o Observation) Decision {
	o.repair()
	crossed := s.limits.crossed(o)
	if len(crossed) > 0 {
		s.rate *= stepDown
	} else {
		s.rate *= stepUp
	}
	s.rate = clamp(s.rate, s.limits.Min, s.limits.Base)
	acked := perSecond(o.Acked, o.Elapsed)
	return Decision{Rate: s.rate, Capacity: acked, QueueDelay: delay(o.Queue, acked), Pressure: crossed}
}
