package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/painless"
	"github.com/sluice-otel/sluice/ingest/uri"
)

// scriptFunctions is the class Processors that scripts see: some of the
// processors as functions.
func scriptFunctions() painless.Functions {
	return painless.Functions{
		"bytes/1":     textFunction(byteCount),
		"lowercase/1": textFunction(func(s string) (document.Value, error) { return document.String(strings.ToLower(s)), nil }),
		"uppercase/1": textFunction(func(s string) (document.Value, error) { return document.String(strings.ToUpper(s)), nil }),
		"urlDecode/1": textFunction(func(s string) (document.Value, error) {
			out, err := uri.DecodeForm(s)
			if err != nil {
				return document.Null, document.Illegalf("%v", err)
			}
			return document.String(out), nil
		}),
		"json/1": func(d *document.Document, args []document.Value) (document.Value, error) {
			return jackson.Parse(d, args[0].Text())
		},
		"json/2":     jsonInto,
		"uriParts/1": asProcessor(URIParts{Field: "uri", TargetField: "result", DiscardOriginal: true}, "uri"),
		"networkDirection/3": asProcessor(NetworkDirection{
			SourceIP: "source", DestinationIP: "destination", InternalNetworksField: "networks", TargetField: "result",
		}, "source", "destination", "networks"),
		"communityId/8": communityIDFunction,
		"communityId/9": communityIDFunction,
	}
}

type scriptFunction = func(d *document.Document, args []document.Value) (document.Value, error)

func textFunction(f func(string) (document.Value, error)) scriptFunction {
	return func(_ *document.Document, args []document.Value) (document.Value, error) {
		if args[0].IsNull() {
			return document.Null, document.Throwf(document.NullPointer, "a null argument is not allowed here")
		}
		return f(args[0].Str())
	}
}

// jsonInto adds the members of the JSON in a field of a map to the map.
func jsonInto(d *document.Document, args []document.Value) (document.Value, error) {
	field, _ := args[0].Map().Get(args[1].Str())
	v, err := jackson.Parse(d, field.Text())
	if err != nil {
		return document.Null, err
	}
	if v.Kind() != document.KindMap {
		return document.Null, document.Illegalf("cannot add non-map fields to root of document")
	}
	for k, item := range v.Map().All() {
		args[0].Map().Put(k, item)
	}
	return document.Null, nil
}

// communityIDFunction is Processors.communityId; the last argument, the seed,
// may be left out.
func communityIDFunction(d *document.Document, args []document.Value) (document.Value, error) {
	c := CommunityID{
		SourceIP: "source_ip", DestinationIP: "destination_ip", IANANumber: "iana_number", Transport: "transport",
		SourcePort: "source_port", DestinationPort: "destination_port", ICMPType: "icmp_type", ICMPCode: "icmp_code",
		TargetField: "result",
	}
	if len(args) == 9 {
		c.Seed = int(args[8].Int64())
	}
	return asProcessor(c, "source_ip", "destination_ip", "iana_number", "transport", "source_port", "destination_port",
		"icmp_type", "icmp_code")(d, args)
}

// asProcessor runs a processor, which writes to the field result, on a document
// of the arguments.
func asProcessor(p Processor, fields ...string) scriptFunction {
	return func(d *document.Document, args []document.Value) (document.Value, error) {
		s, err := p.Compile(nil)
		if err != nil {
			return document.Null, err
		}
		scratch := document.New(d.Timestamp())
		for i, name := range fields {
			if !args[i].IsNull() {
				scratch.Source().Put(name, scratch.Copy(args[i]))
			}
		}
		if err := s.Run(scratch); err != nil {
			return document.Null, err
		}
		v, _ := scratch.Source().Get("result")
		return d.Copy(v), nil
	}
}
