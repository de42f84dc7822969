package ingest_test

import (
	"fmt"
	"time"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/step"
)

// A pipeline is compiled once and run for every event.
func ExampleCompile() {
	set, err := ingest.Compile([]ingest.Source{{Name: "access", Data: []byte(`
processors:
  - convert: {field: status, type: integer}
  - set: {field: event.outcome, value: failure, if: ctx.status >= 400}
`)}})
	if err != nil {
		fmt.Println(err)
		return
	}
	pipeline, _ := set.Pipeline("access")
	d := document.New(time.Now())
	for _, event := range []string{`{"status": "404"}`, `{"status": "200"}`, `{"status": "none"}`} {
		d.Reset(time.Now())
		v, err := jackson.Parse(d, event)
		if err != nil {
			fmt.Println(err)
			continue
		}
		d.SetSource(v.Map())
		if err := pipeline.Run(d); err != nil {
			fmt.Println("failed:", err)
			continue
		}
		fmt.Println(string(document.MapOf(d.Source()).AppendJSON(nil)))
	}
	// Output:
	// {"status":404,"event":{"outcome":"failure"}}
	// {"status":200}
	// failed: unable to convert [none] to integer
}

// Mistakes say where they are and what may have been meant.
func ExampleCompile_mistakes() {
	_, err := ingest.Compile([]ingest.Source{{Name: "access", File: "access.yml", Data: []byte(
		"processors:\n  - renmae: {field: a, target_field: b}\n  - set: {field: a, valu: 1}\n")}})
	fmt.Println(err)
	// Output:
	// access.yml:2:5: pipeline "access": processors[0].renmae: No processor type exists with name [renmae]; did you mean "rename"?
	// access.yml:3:5: pipeline "access": processors[1].set: value: [value] required property is missing
	// access.yml:3:21: pipeline "access": processors[1].set: valu: processor [set] doesn't support one or more provided configuration parameters [valu]; did you mean "value"?
}

// Pipelines can be put together from typed processors, too.
func ExampleNewPipeline() {
	p := ingest.NewPipeline("service").
		Add(step.Set{Field: "service.version", Value: document.String("v1.8.3")}).
		Add(step.Convert{Field: "status", Type: "integer"}, ingest.If("ctx.status != null"), ingest.Tag("status"),
			ingest.OnFailure(step.Remove{Fields: []string{"status"}})).
		OnFailure(step.Set{Field: "error.message", Value: document.String("{{{_ingest.on_failure_message}}}")})
	set, err := ingest.Compile(nil, ingest.WithPipelines(p))
	if err != nil {
		fmt.Println(err)
		return
	}
	pipeline, _ := set.Pipeline("service")
	d := document.New(time.Now())
	d.Source().Put("status", document.String("unknown"))
	fmt.Println(pipeline.Run(d), document.MapOf(d.Source()).Text())
	// Output: <nil> {service={version=v1.8.3}}
}
