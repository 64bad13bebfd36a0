package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// sources say where contract, fixtures and declared scenarios come from; "" is what the program comes with, or nothing
// where that would not fit.
type sources struct{ contract, fixtures, scenarios string }

// world is what the sources hold. Without problems the catalog is there.
type world struct {
	contract *contract.Contract
	fixtures *fixtures.Set
	catalog  *scenarios.Catalog
	problems strictyaml.Problems
	warnings []error
	folders  []*folder
}

func (s *sources) addContractFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&s.contract, "contract", "", "OpenAPI document in `FILE`, YAML or JSON (default: the one that comes with understudy)")
}

func (s *sources) addFlags(cmd *cobra.Command) {
	s.addContractFlag(cmd)
	cmd.Flags().StringVar(&s.fixtures, "fixtures", "", "read fixtures from `DIR` (default: those of the default contract; none for another one)")
	cmd.Flags().StringVar(&s.scenarios, "scenarios", "", "read declared scenarios from `DIR` (default: those of the default contract; none with --contract or --fixtures)")
	for _, name := range []string{"fixtures", "scenarios"} {
		complete(cmd, name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		})
	}
}

// catalog loads everything; the error joins all problems.
func (s *sources) catalog() (*world, error) {
	w := s.load()
	if w.problems.Len() == 0 {
		return w, nil
	}
	return nil, &failure{err: errors.New(strings.Join(w.lines(w.problems.Err()), "\n")), code: exitUsage}
}

// load loads as much as there is, and collects every problem.
func (s *sources) load() *world {
	w := &world{}
	defer w.close()
	w.loadContract(s.contract)
	fixtureFiles := w.open(s.fixtures)
	scenarioFiles := w.open(s.scenarios)
	var err error
	switch {
	case fixtureFiles == nil && s.fixtures != "":
		// The folder is no good: what refers to it would only be wrong as a consequence.
	case fixtureFiles != nil:
		w.fixtures, err = fixtures.Load(fixtureFiles)
	case s.contract == "":
		w.fixtures, err = fixtures.Embedded()
	default:
		w.fixtures = &fixtures.Set{}
	}
	w.problems.AddError(err)
	if scenarioFiles == nil && s.contract == "" && s.fixtures == "" {
		scenarioFiles = scenarios.EmbeddedFS()
	}
	w.loadCatalog(scenarioFiles)
	return w
}

// loadCatalog proves fixtures and declared scenarios, as far as there is something to prove them against.
func (w *world) loadCatalog(scenarioFiles fs.FS) {
	if w.contract == nil || w.fixtures == nil {
		if scenarioFiles != nil {
			w.problems.AddError(scenarios.CheckShape(scenarioFiles))
		}
		return
	}
	catalog, err := scenarios.Load(scenarioFiles, w.contract, w.fixtures)
	w.problems.AddError(err)
	if w.problems.Len() == 0 {
		w.catalog, w.warnings = catalog, catalog.Warnings()
	}
}

func (w *world) loadContract(name string) {
	if name == "" {
		c, err := contract.Embedded()
		w.contract = c
		w.problems.AddError(err)
		return
	}
	err := inFile(name, func(fsys fs.FS, base string) (err error) {
		w.contract, err = contract.Load(fsys, base)
		return err
	})
	if err != nil {
		w.contract = nil
		w.problems.AddError(err)
	}
}

// inFile opens the folder of a file and hands both to read; positions in the error get the folder's name.
func inFile(name string, read func(fsys fs.FS, base string) error) error {
	dir, err := openFolder(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer dir.Close() //nolint:errcheck // nothing was written
	var problems strictyaml.Problems
	problems.AddError(withoutWrapper(read(dir.files, filepath.Base(name))))
	var joined []error
	for _, found := range problems.Errors() {
		problem := *found
		if problem.Position.File != "" {
			problem.Position.File = path.Join(dir.shown, problem.Position.File)
		}
		joined = append(joined, &problem)
	}
	return errors.Join(joined...)
}

// withoutWrapper takes away words such as "load states: " around errors with a position, which say it already.
func withoutWrapper(err error) error {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		switch inner.(type) { //nolint:errorlint // it looks at one layer at a time
		case *strictyaml.Error, interface{ Unwrap() []error }:
			return inner
		}
	}
	return err
}

// open opens a folder, nil for "".
func (w *world) open(name string) fs.FS {
	if name == "" {
		return nil
	}
	opened, err := openFolder(name)
	if err != nil {
		w.problems.AddError(err)
		return nil
	}
	w.folders = append(w.folders, opened)
	if !opened.holdsData() {
		w.problems.AddError(fmt.Errorf("%s: want at least one *.yaml, *.yml or *.json in this folder, got none", name))
	}
	return opened
}

func (w *world) close() {
	for _, f := range w.folders {
		_ = f.Close() // nothing was written
	}
}

// lines renders an error, one line per problem, with the names of files as the user knows them.
func (w *world) lines(err error) []string {
	if err == nil {
		return nil
	}
	lines := strings.Split(err.Error(), "\n")
	for i := range lines {
		for _, f := range w.folders {
			lines[i] = f.restore(lines[i])
		}
	}
	return lines
}
