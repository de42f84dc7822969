package remotewrite

import (
	"fmt"
	"math"
)

// A HistogramError says in what a native histogram contradicts itself or the
// limits. Senders see it.
type HistogramError struct{ Problem string }

func (e *HistogramError) Error() string { return "native histogram: " + e.Problem }

func invalid(format string, args ...any) error {
	return &HistogramError{Problem: fmt.Sprintf(format, args...)}
}

// Schemas of exponential buckets.
const (
	minSchema = -4
	maxSchema = 8
)

// Validate checks the histogram against itself, as Prometheus does before it
// stores one, and that no side spans more than maxBuckets buckets, gaps included:
// what is written in a few bytes must not become a large array later. A histogram
// it accepts can be expanded without further checks. Stale markers have no
// content and are always valid.
func (h *Histogram) Validate(maxBuckets int) error {
	if IsStaleMarker(h.Sum) {
		return nil
	}
	if h.Schema == CustomBuckets {
		if err := h.validateCustom(); err != nil {
			return err
		}
	} else if h.Schema < minSchema || h.Schema > maxSchema {
		return invalid("schema %d is not known", h.Schema)
	} else if len(h.CustomValues) > 0 {
		return invalid("custom bounds with schema %d", h.Schema)
	}
	if err := h.Negative.validate("negative", h.IsFloat, maxBuckets); err != nil {
		return err
	}
	if err := h.Positive.validate("positive", h.IsFloat, maxBuckets); err != nil {
		return err
	}
	if !(h.ZeroThreshold >= 0) || math.IsInf(h.ZeroThreshold, 1) {
		return invalid("the zero threshold is %v", h.ZeroThreshold)
	}
	if h.IsFloat {
		return h.validateFloatCount()
	}
	return h.validateCount()
}

func (h *Histogram) validateCustom() error {
	if len(h.Negative.Spans) > 0 || h.ZeroCount != 0 || h.ZeroCountFloat != 0 || h.ZeroThreshold != 0 {
		return invalid("negative or zero buckets beside custom bounds")
	}
	last := math.Inf(-1)
	for _, bound := range h.CustomValues {
		if !(bound > last) || math.IsInf(bound, 1) {
			return invalid("custom bounds must be finite and increase, %v follows %v", bound, last)
		}
		last = bound
	}
	if first, width := h.Positive.extent(); width > 0 && (first < 0 || first+width > int64(len(h.CustomValues))+1) {
		return invalid("buckets %d to %d beside %d custom bounds", first, first+width-1, len(h.CustomValues))
	}
	return nil
}

// extent returns the index of the first bucket and how many there are from it to
// the last, gaps included.
func (b *Buckets) extent() (first, width int64) {
	for i, s := range b.Spans {
		if i == 0 {
			first = int64(s.Offset)
		} else {
			width += int64(s.Offset)
		}
		width += int64(s.Length)
	}
	return first, width
}

func (b *Buckets) validate(side string, float bool, maxBuckets int) error {
	var total int64
	for i, s := range b.Spans {
		if i > 0 && s.Offset < 0 {
			return invalid("%s span %d begins before the end of the one before", side, i)
		}
		total += int64(s.Length)
	}
	have := len(b.Deltas)
	if float {
		have = len(b.Counts)
	}
	if total != int64(have) {
		return invalid("%s spans need %d buckets, there are %d", side, total, have)
	}
	if (float && len(b.Deltas) > 0) || (!float && len(b.Counts) > 0) {
		return invalid("%s buckets have both integer and float counts", side)
	}
	first, width := b.extent()
	if width > int64(maxBuckets) {
		return invalid("%s buckets span %d, more than %d", side, width, maxBuckets)
	}
	if first < math.MinInt32+1 || first+width > math.MaxInt32 {
		return invalid("%s buckets begin at %d", side, first)
	}
	return nil
}

// validateCount adds up the buckets. A sum that is not a number means that such
// observations were counted, which are in no bucket.
func (h *Histogram) validateCount() error {
	total := h.ZeroCount
	for _, b := range []*Buckets{&h.Negative, &h.Positive} {
		var count int64
		for _, delta := range b.Deltas {
			if count += delta; count < 0 {
				return invalid("a bucket has the count %d", count)
			}
			if total += uint64(count); total < uint64(count) {
				return invalid("the buckets add up to more than 64 bits")
			}
		}
	}
	if total > h.Count || total < h.Count && !math.IsNaN(h.Sum) {
		return invalid("the count is %d, but the buckets add up to %d", h.Count, total)
	}
	return nil
}

func (h *Histogram) validateFloatCount() error {
	for _, b := range []*Buckets{&h.Negative, &h.Positive} {
		for _, count := range b.Counts {
			if !(count >= 0) {
				return invalid("a bucket has the count %v", count)
			}
		}
	}
	if !(h.CountFloat >= 0) || !(h.ZeroCountFloat >= 0) {
		return invalid("the count is %v, that of the zero bucket %v", h.CountFloat, h.ZeroCountFloat)
	}
	return nil
}
