// Package ingestprocessor runs Elasticsearch ingest pipelines on log records.
//
// A record becomes a document (todocument.go), the document goes through the
// compiled pipeline (package ingest), and its fields become the record again
// (torecord.go). processor.go is the loop around them, failure.go what happens
// to a record whose document failed, pipelines.go where the pipelines come from. tojson.go
// makes the document one line of JSON instead of a record's fields.
//
// Records that come in batches as FlatBuffers (messages.go) are read where they lie:
// shape.go finds single fields, shapejson.go writes the JSON of what the pipeline has not
// touched, and fromflat.go makes the whole document for everything else. The rules of both translations are in README.md, under "Records and
// documents".
package ingestprocessor

//go:generate go tool mdatagen metadata.yaml
