package adaptivesampling

import "go.opentelemetry.io/collector/component"

// A RateListener is an extension that wants to know at which rate components sample,
// such as one that measures the pressure on pipelines: a rate below the base is the
// earliest sign of a backend that takes less than it is offered.
type RateListener interface {
	// SamplingRate is told the rate of a component, between 0 and 1, when it starts and
	// at every tick, which is about twice in a second. It must return soon, and may be
	// called for several components at the same time.
	SamplingRate(of component.ID, rate float64)
}

// listenersOf are the extensions of a host that listen.
func listenersOf(host component.Host) []RateListener {
	var all []RateListener
	for _, e := range host.GetExtensions() {
		if l, ok := e.(RateListener); ok {
			all = append(all, l)
		}
	}
	return all
}

func (c *Controller) tell(rate float64) {
	for _, l := range c.listeners {
		l.SamplingRate(c.id, rate)
	}
}
