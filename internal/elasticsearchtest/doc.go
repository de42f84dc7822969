// Package elasticsearchtest is a fake of those parts of Elasticsearch that a writer
// sees: the bulk API with its checks of the whole request and its results for each
// document, data streams, dynamic mappings with their conflicts, and enough of
// search to look at what has arrived.
//
// It can be made to fail in the ways the real one does: too many requests for all
// or for some documents, too large, slow, a connection that ends before or in the
// middle of the answer, and a process that dies and comes back with its documents.
//
// server.go is the process, fault.go how it fails, bulk.go the API, index.go where
// documents are kept, filter.go filter_path, and read.go what tests see.
package elasticsearchtest
