package remotewritereceiver

import (
	"fmt"
	"strings"
)

// A reason says why an item was not written.
type reason uint8

// The reasons. accepted is none.
const (
	accepted reason = iota
	reasonNoName
	reasonEmptyLabelName
	reasonDuplicateLabel
	reasonUTF8
	reasonReference
	reasonLabels
	reasonLabelLength
	reasonNoData
	reasonTimestamp
	reasonHistogram
	reasonFloatHistogram
	reasonGaugeHistogram
	reasonExemplar
	reasonSummaryExemplar
	reasonExemplars
	reasonIncomplete
	reasonRefused
	reasons // their number
)

// Each reason has a short form for metrics and a text for senders.
var reasonNames = [reasons]struct{ short, text string }{
	reasonNoName:          {"missing_name", "there is no __name__ label"},
	reasonEmptyLabelName:  {"empty_label_name", "a label has no name"},
	reasonDuplicateLabel:  {"duplicate_label", "a label name occurs twice"},
	reasonUTF8:            {"invalid_utf8", "a label is not UTF-8"},
	reasonReference:       {"invalid_reference", "a symbol reference is out of range or has no partner"},
	reasonLabels:          {"too_many_labels", "there are more labels than allowed"},
	reasonLabelLength:     {"label_too_long", "a label is longer than allowed"},
	reasonNoData:          {"no_data", "the series has neither samples, histograms, exemplars nor metadata"},
	reasonTimestamp:       {"invalid_timestamp", "a timestamp is before 1970 or after 2262"},
	reasonHistogram:       {"invalid_histogram", "a native histogram contradicts itself"},
	reasonFloatHistogram:  {"float_histogram", "OpenTelemetry has no float native histograms"},
	reasonGaugeHistogram:  {"gauge_histogram", "OpenTelemetry has no gauge histograms"},
	reasonExemplar:        {"invalid_exemplar", "an exemplar has invalid labels"},
	reasonSummaryExemplar: {"summary_exemplar", "OpenTelemetry summaries have no exemplars"},
	reasonExemplars:       {"too_many_exemplars", "there are more exemplars than allowed"},
	reasonIncomplete:      {"incomplete", "series of a classic histogram or summary are missing or contradict each other"},
	reasonRefused:         {"refused", "the pipeline refused the data"},
}

func (r reason) String() string { return reasonNames[r].short }

// counts are numbers of items by kind, as the *-Written headers of the protocol
// have them. Samples are those of float series.
type counts struct{ samples, histograms, exemplars int }

func (c *counts) add(o counts) {
	c.samples += o.samples
	c.histograms += o.histograms
	c.exemplars += o.exemplars
}

func (c counts) minus(o counts) counts {
	return counts{c.samples - o.samples, c.histograms - o.histograms, c.exemplars - o.exemplars}
}

func (c counts) total() int { return c.samples + c.histograms + c.exemplars }

// String names what there is any of.
func (c counts) String() string {
	var parts []string
	for i, n := range c.byKind() {
		switch {
		case n == 1:
			parts = append(parts, "1 "+kinds[i])
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, kinds[i]))
		}
	}
	return strings.Join(parts, ", ")
}

// rejections collects what of a request is not written.
type rejections struct {
	by    [reasons]counts
	given [reasons]bool   // the reason, be it for no item at all
	first [reasons]string // an example, for the sender
	any   bool
}

// add counts items. example says more about the first ones of a reason.
func (r *rejections) add(why reason, n counts, example func() string) {
	r.any, r.given[why] = true, true
	r.by[why].add(n)
	if r.first[why] == "" && example != nil {
		r.first[why] = example()
	}
}

func (r *rejections) total() counts {
	var sum counts
	for i := range r.by {
		sum.add(r.by[i])
	}
	return sum
}

const (
	maxErrorBody = 1024
	maxExample   = 160 // bytes of an example
)

// message tells the sender what is missing and why, in at most maxErrorBody bytes.
func (r *rejections) message() string {
	var b strings.Builder
	b.WriteString("not everything was written\n")
	for why, n := range r.by {
		if !r.given[why] {
			continue
		}
		b.WriteString(reasonNames[why].text)
		if n.total() > 0 {
			fmt.Fprintf(&b, ": %s", n)
		}
		if r.first[why] != "" {
			fmt.Fprintf(&b, "; first: %s", r.first[why])
		}
		b.WriteByte('\n')
	}
	return clip(b.String(), maxErrorBody)
}

// clip shortens s to at most n bytes and keeps it UTF-8.
func clip(s string, n int) string {
	if len(s) > n {
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "")
}
