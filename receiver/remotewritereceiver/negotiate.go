package remotewritereceiver

import (
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// negotiate finds out from the headers what a request is; nothing in its body can
// say that. ok is false for what is not supported, which must be known before the
// body is touched, so that a sender can fall back to another version.
//
// The X-Prometheus-Remote-Write-Version header is not looked at: only the content
// type chooses the message.
func negotiate(h http.Header, algorithms []string) (version remotewrite.Version, encoding string, ok bool) {
	version, ok = messageOf(h.Get("Content-Type"))
	if !ok {
		return 0, "", false
	}
	encoding = strings.ToLower(strings.TrimSpace(h.Get("Content-Encoding")))
	switch encoding {
	case "identity":
		encoding = encodingNone
	case "":
		// 1.0 and 2.0 know nothing but snappy, and some senders do not say so.
		if !slices.Contains(algorithms, encodingNone) {
			encoding = encodingSnappy
		}
	}
	return version, encoding, slices.Contains(algorithms, encoding)
}

// messageOf is the version whose message a content type names. Without a message
// it is 1.0.
func messageOf(contentType string) (remotewrite.Version, bool) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil || media != "application/x-protobuf" {
		return 0, false
	}
	switch params["proto"] {
	case "", "prometheus.WriteRequest":
		return remotewrite.V1, true
	case "io.prometheus.write.v2.Request":
		return remotewrite.V2, true
	default:
		return 0, false
	}
}
