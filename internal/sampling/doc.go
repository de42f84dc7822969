// Package sampling gives up data points so that the rest fits a rate.
//
// What is given up first is resolution, not truth, and no value is ever changed:
// the metrics of a sampled counter still add up.
//
//	conflate   of several points of a series in one batch the latest stands for all
//	decimate   of the points of a series every second, fourth or eighth is kept
//	shed       series end, with a stale marker, those of the lowest priority first
//
// At half the rate every series is decimated to every second point, at an eighth to
// every eighth; below that series are shed. Between the powers of two some series
// are decimated further than others. Which, is decided by their hashes: what is
// kept at a rate is kept at every higher one, here and in every other process.
//
// sampler.go decides about a batch, series.go about a data point, plan.go how the
// rate is divided, rules.go what the operator protects.
//
// # What always passes
//
// Stale markers, unless their series has ended already; the first point of a series
// and the first after its start has changed or its value has fallen; points of delta
// temporality; up, target_info and metrics of type info; whatever never_sample names.
// Histograms and summaries are one point each and pass whole or not at all. Exemplars
// go with their point.
package sampling
