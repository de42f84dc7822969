package elasticsearchexporter

import (
	"encoding/json"
	"time"

	"go.uber.org/fx"

	"github.com/sluice-otel/sluice/internal/linefile"
)

// A deadLetterFile has a line for each refused document. It is safe for concurrent
// use; nil takes nothing.
type deadLetterFile struct{ file *linefile.File }

func newDeadLetterFile(lc fx.Lifecycle, cfg *Config) *deadLetterFile {
	if cfg.DeadLetter.Path == "" {
		return nil
	}
	d := &deadLetterFile{linefile.New(cfg.DeadLetter.Path, int64(cfg.DeadLetter.MaxSize))}
	lc.Append(fx.StartStopHook(d.file.Open, d.file.Close))
	return d
}

func (d *deadLetterFile) wanted() bool { return d != nil }

// A fileLetter is a line of the file. Action and document are the lines of the
// request: they can be sent again as they are.
type fileLetter struct {
	Time     time.Time       `json:"time"`
	Status   int             `json:"status"`
	Type     string          `json:"type"`
	Reason   string          `json:"reason"`
	Action   json.RawMessage `json:"action"`
	Document json.RawMessage `json:"document"`
}

// write appends letters to the file, all or an error.
func (d *deadLetterFile) write(letters []letter, at time.Time) error {
	if len(letters) == 0 {
		return nil
	}
	var lines []byte
	for i := range letters {
		l := &letters[i]
		line, err := json.Marshal(fileLetter{at.UTC(), l.status, l.failure.Type, l.failure.String(), l.action, l.document})
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	return d.file.Write(lines)
}
