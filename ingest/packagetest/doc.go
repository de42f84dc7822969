// Package packagetest runs the pipeline tests of Elastic integration packages
// against the ingest engine, as elastic-package does against a cluster.
//
// A test is a file in _dev/test/pipeline of a data stream: events go in, the
// documents that come out are compared with <file>-expected.json. load.go finds
// the tests, stream.go the pipelines, config.go reads what is said beside them,
// run.go runs one, routing.go and params.go change pipelines as elastic-package
// does, compare.go compares.
package packagetest
