package step

import (
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// Files are where processors find the files their options name. The zero Files
// has no file.
type Files struct {
	// Databases has the database_file of geoip and ip_location. A document is
	// tagged where there is none.
	Databases *geoip.Databases
	// UserAgents has the regex_file of user_agent. Without it there are the
	// built-in expressions.
	UserAgents *useragent.Library
	// Scripts has the stored scripts of the script processor by their id; see
	// ReadScripts.
	Scripts map[string]string
}
