package main

import (
	"os"

	"golang.org/x/term"
)

// style decorates text for a terminal, and leaves it alone for anything else.
type style struct {
	colour bool
	width  int // in characters; 0 is unlimited
}

// style looks at stdout. NO_COLOR (no-color.org) and TERM=dumb turn decoration off.
func (p *program) style() style {
	file, ok := p.stdout.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return style{}
	}
	s := style{colour: p.environment["NO_COLOR"] == "" && p.environment["TERM"] != "dumb"}
	if width, _, err := term.GetSize(int(file.Fd())); err == nil {
		s.width = width
	}
	return s
}

func (s style) bold(text string) string { return s.wrap("1", text) }
func (s style) dim(text string) string  { return s.wrap("2", text) }

func (s style) wrap(code, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

// fit cuts a line that would wrap.
func (s style) fit(line string) string {
	characters := []rune(line)
	if s.width <= 1 || len(characters) <= s.width {
		return line
	}
	return string(characters[:s.width-1]) + "…"
}
