package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"
)

// DefaultMaxBody is the largest request body that is read, in bytes, unless WithMaxBody says otherwise.
const DefaultMaxBody = 1 << 20

// Option changes one setting of a Server. An option with an impossible value makes New fail.
type Option func(*settings) error

// Precedence says what comes first when a request that breaks the contract also forces a scenario by header.
type Precedence uint8

const (
	// ScenarioFirst is the default: a forced error beats every check; a forced success beats the credentials, not the path
	// parameters.
	ScenarioFirst Precedence = iota
	// RequestFirst checks credentials and parameters before any scenario is played.
	RequestFirst
)

// settings are what options set; New fills the defaults.
type settings struct {
	seed        uint64
	scenario    string
	credentials *Credentials
	withoutAuth bool
	precedence  Precedence
	adminHosts  map[string]bool
	logger      *slog.Logger
	maxBody     int64

	clock        func() time.Time
	maxResources int
	maxSessions  int
}

func defaultSettings() settings {
	return settings{
		seed: 1, adminHosts: map[string]bool{}, logger: slog.New(slog.DiscardHandler), maxBody: DefaultMaxBody,
		clock: steadyClock(), maxResources: DefaultMaxResources, maxSessions: DefaultMaxSessions,
	}
}

// WithSeed sets the seed of made-up values for requests that send no X-Mock-Seed. Default: 1.
func WithSeed(seed uint64) Option {
	return func(s *settings) error {
		s.seed = seed
		return nil
	}
}

// WithScenario sets what is played when neither a header nor the path chooses: names, comma-separated. Operations that
// they say nothing about keep their own default. Default: none.
func WithScenario(names string) Option {
	return func(s *settings) error {
		if strings.Trim(names, " \t,") == "" {
			return fmt.Errorf("default scenario: want a name, got %q", names)
		}
		s.scenario = names
		return nil
	}
}

// WithCredentials lets in only those whom c names, with the scopes that it gives them. Default: whoever sends well-formed
// credentials, with every scope.
func WithCredentials(c *Credentials) Option {
	return func(s *settings) error {
		if c == nil {
			return errors.New("credentials: want a list, got nil")
		}
		s.credentials = c
		return nil
	}
}

// WithoutAuth asks for no credentials. It cannot be combined with WithCredentials.
func WithoutAuth() Option {
	return func(s *settings) error {
		s.withoutAuth = true
		return nil
	}
}

// WithPrecedence says what comes first, the checks or a forced scenario. Default: ScenarioFirst.
func WithPrecedence(p Precedence) Option {
	return func(s *settings) error {
		if p > RequestFirst {
			return fmt.Errorf("precedence: want ScenarioFirst or RequestFirst, got %d", p)
		}
		s.precedence = p
		return nil
	}
}

// WithAdminHosts adds host names (without port) under which the admin API may be called, besides localhost, loopback
// addresses and the address that the request arrived at.
func WithAdminHosts(hosts ...string) Option {
	return func(s *settings) error {
		for _, host := range hosts {
			if host == "" || strings.ContainsAny(host, "/@, ") || (strings.Contains(host, ":") && net.ParseIP(host) == nil) {
				return fmt.Errorf("admin host: want a host name without port, got %q", host)
			}
			s.adminHosts[strings.ToLower(host)] = true
		}
		return nil
	}
}

// WithLogger sets where the server reports what it could not answer (warn), why it refused a request (info) and panics
// (error). Default: nowhere.
func WithLogger(logger *slog.Logger) Option {
	return func(s *settings) error {
		if logger == nil {
			return errors.New("logger: want one, got nil")
		}
		s.logger = logger
		return nil
	}
}

// WithMaxBody sets the largest request body in bytes; a larger one is answered 413. Default: DefaultMaxBody.
func WithMaxBody(bytes int64) Option {
	return func(s *settings) error {
		if bytes <= 0 {
			return fmt.Errorf("largest body: want bytes, got %d", bytes)
		}
		s.maxBody = bytes
		return nil
	}
}

// apply runs the options and reports everything wrong with them.
func (s *settings) apply(options []Option) error {
	var problems []error
	for _, option := range options {
		if err := option(s); err != nil {
			problems = append(problems, err)
		}
	}
	if s.withoutAuth && s.credentials != nil {
		problems = append(problems, errors.New("credentials: a list is given, but authentication is off"))
	}
	return errors.Join(problems...)
}
