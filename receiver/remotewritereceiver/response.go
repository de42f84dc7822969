package remotewritereceiver

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// An answer is what the sender is told.
type answer struct {
	version remotewrite.Version // 0 if it is not known
	status  int                 // 0 for overloaded
	text    string
	written counts
}

func refuse(status int, text string) answer { return answer{status: status, text: text} }

// overloaded asks the sender to try again later.
func overloaded(err error) answer { return answer{text: err.Error()} }

func (a answer) in(version remotewrite.Version) answer {
	a.version = version
	return a
}

func (a answer) statusOf(overload int) int {
	if a.status == 0 {
		return overload
	}
	return a.status
}

// Headers of 2.0 answers. Senders of 1.0 do not know them, and Prometheus takes
// them there for an error.
const (
	samplesWritten    = "X-Prometheus-Remote-Write-Samples-Written"
	histogramsWritten = "X-Prometheus-Remote-Write-Histograms-Written"
	exemplarsWritten  = "X-Prometheus-Remote-Write-Exemplars-Written"
)

func (a answer) write(w http.ResponseWriter, r *http.Request, overload int) {
	h := w.Header()
	if a.version == remotewrite.V2 {
		h.Set(samplesWritten, strconv.Itoa(a.written.samples))
		h.Set(histogramsWritten, strconv.Itoa(a.written.histograms))
		h.Set(exemplarsWritten, strconv.Itoa(a.written.exemplars))
	}
	if a.status == 0 {
		seconds := int(retryAfter(r.Header.Get("Retry-Attempt"), rand.Float64()).Seconds())
		h.Set("Retry-After", strconv.Itoa(seconds))
	}
	if a.text != "" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		h.Set("X-Content-Type-Options", "nosniff")
	}
	w.WriteHeader(a.statusOf(overload))
	_, _ = io.WriteString(w, clip(a.text, maxErrorBody)) // the sender may be gone
}

const (
	minRetryAfter = 6 * time.Second
	maxRetryAfter = 96 * time.Second
)

// retryAfter is how long a sender should wait. It doubles with every attempt that
// the sender says it has made, and is spread by half of it to each side, so that
// senders that were refused together do not come back together.
func retryAfter(attempt string, random float64) time.Duration {
	wait := minRetryAfter
	if n, err := strconv.Atoi(attempt); err == nil && n > 0 {
		wait <<= min(n, 4)
	}
	wait = min(wait, maxRetryAfter)
	return time.Duration(float64(wait) * (0.5 + random))
}
