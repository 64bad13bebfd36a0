package main

import (
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-dev/understudy/fixtures"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

// split takes joined errors apart.
func split(err error) []*strictyaml.Error {
	var problems strictyaml.Problems
	problems.AddError(err)
	return problems.Errors()
}

// loadRest goes on after problems, so that one run tells all: it leaves out the files with broken fixtures, proves the
// others against the contract, and then the declared scenarios against what is sound.
func (w *world) loadRest(fixtureFiles, scenarioFiles fs.FS) {
	if w.contract == nil {
		return
	}
	sound := &soundFiles{fsys: fixtureFiles}
	set := w.fixtures
	if set == nil {
		set = w.soundFixtures(sound)
	}
	// Each pass leaves out files, so this ends.
	for set != nil {
		_, err := scenarios.Load(nil, w.contract, set)
		if err == nil {
			break
		}
		w.problems.AddError(err)
		if !sound.leaveOut(err) {
			return
		}
		set = w.soundFixtures(sound)
	}
	if set == nil || scenarioFiles == nil {
		return
	}
	_, err := scenarios.Load(scenarioFiles, w.contract, set)
	missing := sound.names()
	for _, problem := range split(err) {
		if !mentions(problem, missing) {
			w.problems.AddError(problem)
		}
	}
}

// soundFixtures loads the files that are not left out, and leaves out more until that works; nil when it never does.
func (w *world) soundFixtures(sound *soundFiles) *fixtures.Set {
	if sound.fsys == nil {
		return nil
	}
	for {
		set, err := fixtures.Load(sound)
		if err == nil {
			return set
		}
		w.problems.AddError(err)
		if !sound.leaveOut(err) {
			return nil
		}
	}
}

// mentions says whether a problem is about one of the names: a scenario is not to blame for a broken fixture.
func mentions(problem *strictyaml.Error, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(problem.Problem, strconv.Quote(name)) })
}

// soundFiles is a folder without the files in which something is wrong.
type soundFiles struct {
	fsys   fs.FS
	broken []string
}

// leaveOut takes away the files that err names; false when there was none to take.
func (s *soundFiles) leaveOut(err error) bool {
	before := len(s.broken)
	for _, problem := range split(err) {
		if file := problem.Position.File; file != "" && !slices.Contains(s.broken, file) {
			s.broken = append(s.broken, file)
		}
	}
	return len(s.broken) > before
}

// names lists the fixtures in the files that were left out, as far as they can be read.
func (s *soundFiles) names() []string {
	var names []string
	for _, file := range s.broken {
		data, err := strictyaml.ReadFile(s.fsys, file, strictyaml.Limits{})
		if err != nil {
			continue
		}
		documents, err := strictyaml.ParseAll(file, data, strictyaml.Limits{})
		if err != nil {
			continue
		}
		for _, document := range documents {
			if name := document.Field("fixture").Text(); name != "" {
				names = append(names, name)
			}
		}
	}
	return names
}

// Open opens a file that was not left out.
func (s *soundFiles) Open(name string) (fs.File, error) {
	if slices.Contains(s.broken, name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return s.fsys.Open(name)
}

// Stat describes a file without opening it.
func (s *soundFiles) Stat(name string) (fs.FileInfo, error) { return fs.Stat(s.fsys, name) }

// ReadDir lists a folder without what was left out.
func (s *soundFiles) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(s.fsys, name)
	if err != nil {
		return nil, err
	}
	prefix := name + "/"
	if name == "." {
		prefix = ""
	}
	return slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return slices.Contains(s.broken, prefix+e.Name()) }), nil
}
