// Package ingestprocessor runs Elasticsearch ingest pipelines on log records.
//
// A record becomes a document (todocument.go), the document goes through the
// compiled pipeline (package ingest), and its fields become the record again
// (torecord.go). processor.go is the loop around them, failure.go what happens
// to a record whose document failed, messages.go records that come in batches as
// FlatBuffers, pipelines.go where the pipelines come
// from. The rules of both translations are in README.md, under "Records and
// documents".
package ingestprocessor

//go:generate go tool mdatagen metadata.yaml
