package document

import "time"

// A Tally counts what the processors of a set of pipelines did, by their number
// in the set. Whoever owns the document reads and resets it; it is not safe for
// concurrent use.
type Tally struct {
	Runs []Run
	// Timed asks for the time of each run. It costs two looks at the clock, so
	// that one measures a sample of the documents.
	Timed bool
}

// A Run is what one processor did. Its condition held as often as it was run.
type Run struct {
	Count, Failed int64
	Time          time.Duration // of the runs that were timed
}

// SetTally lets the processors that run on d count in t, from now on and beyond
// Reset; nil ends it.
func (d *Document) SetTally(t *Tally) { d.tally = t }

// Tally returns where the processors that run on d count, or nil.
func (d *Document) Tally() *Tally { return d.tally }
