// Package adaptivesamplingprocessor gives up metric data points when what stands
// behind it in the pipeline takes less than it is offered, by the law and the
// actions of the remote_write exporter, in front of any exporter.
//
// It sees the pipeline behind it by what it answers: how long it takes for a batch,
// and whether it refuses one for now.
package adaptivesamplingprocessor

//go:generate go tool mdatagen metadata.yaml
