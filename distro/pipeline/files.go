package pipeline

import (
	"github.com/spf13/pflag"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// files are the databases a user names on the command line.
type files struct{ geoip, userAgent string }

func (f *files) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.geoip, "geoip", "", "folder of the databases that geoip and ip_location name (*.mmdb)")
	flags.StringVar(&f.userAgent, "user-agent", "", "file of expressions for user_agent instead of the built-in ones")
}

func (f *files) option() ingest.Option {
	out := step.Files{UserAgents: useragent.NewLibrary("", f.userAgent)}
	if f.geoip != "" {
		out.Databases = geoip.NewDatabases(f.geoip)
	}
	return ingest.WithFiles(out)
}
