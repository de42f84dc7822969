package pipeline

import (
	"github.com/spf13/pflag"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// files are the files and folders that a user names on the command line.
type files struct{ geoip, userAgent, scripts string }

func (f *files) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.geoip, "geoip", "", "folder of the databases that geoip and ip_location name (*.mmdb)")
	flags.StringVar(&f.userAgent, "user-agent", "", "file of expressions for user_agent instead of the built-in ones")
	flags.StringVar(&f.scripts, "scripts", "", "folder of stored scripts (*.painless, *.json) that script names by id")
}

func (f *files) option() (ingest.Option, error) {
	out := step.Files{UserAgents: useragent.NewLibrary("", f.userAgent)}
	if f.geoip != "" {
		out.Databases = geoip.NewDatabases(f.geoip)
	}
	if f.scripts != "" {
		var err error
		if out.Scripts, err = step.ReadScripts(f.scripts); err != nil {
			return nil, err
		}
	}
	return ingest.WithFiles(out), nil
}
