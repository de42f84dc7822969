package ingestprocessor

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// GeoIPConfig says where the processors geoip and ip_location find databases.
type GeoIPConfig struct {
	// Directory has the database files (*.mmdb) that database_file names.
	Directory string `mapstructure:"directory"`
}

// UserAgentConfig says what the processor user_agent knows.
type UserAgentConfig struct {
	// Directory has the files of expressions that regex_file names.
	Directory string `mapstructure:"directory"`

	// Regexes is a file of expressions, in the syntax of uap-core's
	// regexes.yaml, that replaces the built-in ones.
	Regexes string `mapstructure:"regexes"`
}

// ScriptsConfig says where stored scripts are.
type ScriptsConfig struct {
	// Directory has them: name.painless is the source of the script name,
	// name.json the body of a request PUT _scripts/name.
	Directory string `mapstructure:"directory"`
}

// databases returns the files anew, so that what has changed is read again.
func (c *Config) databases() (step.Files, error) {
	files := step.Files{UserAgents: useragent.NewLibrary(c.UserAgent.Directory, c.UserAgent.Regexes)}
	if c.GeoIP.Directory != "" {
		files.Databases = geoip.NewDatabases(c.GeoIP.Directory)
	}
	if c.Scripts.Directory != "" {
		var err error
		if files.Scripts, err = step.ReadScripts(c.Scripts.Directory); err != nil {
			return files, fmt.Errorf("scripts::directory: %w", err)
		}
	}
	return files, nil
}

// watched are the paths whose change means that the pipelines are compiled anew.
func (c *Config) watched() []string {
	paths := append([]string(nil), c.Files...)
	for _, path := range c.Files {
		paths = append(paths, filepath.Join(path, "ingest")) // of a fileset
	}
	for _, path := range []string{c.GeoIP.Directory, c.UserAgent.Directory, c.UserAgent.Regexes, c.Scripts.Directory} {
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// validateDatabases reports folders and files that are not there: a misspelt one
// would otherwise show only as tags on documents.
func (c *Config) validateDatabases() []error {
	var errs []error
	for _, path := range []struct{ key, name string }{
		{"geoip::directory", c.GeoIP.Directory},
		{"user_agent::directory", c.UserAgent.Directory},
		{"user_agent::regexes", c.UserAgent.Regexes},
	} {
		if path.name == "" {
			continue
		}
		if _, err := os.Stat(path.name); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path.key, err))
		}
	}
	return errs
}
