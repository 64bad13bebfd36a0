package strictyaml

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
)

// ReadFile reads a regular file of fsys, at most limits.Bytes of it. The name is slash-separated and cleaned first; one that
// leaves fsys is refused. Devices, pipes and folders are refused before they are opened, because opening a pipe may wait for ever.
// The error is an *Error; errors.Is finds fs.ErrNotExist in it.
func ReadFile(fsys fs.FS, name string, limits Limits) ([]byte, error) {
	limits = limits.withDefaults()
	at := Position{File: name}
	cleaned := path.Clean(name)
	if name == "" || !fs.ValidPath(cleaned) {
		return nil, &Error{Problem: fmt.Sprintf("%q is not the name of a file in this folder", name), Err: fs.ErrInvalid}
	}
	at.File = cleaned
	info, err := fs.Stat(fsys, cleaned)
	if err != nil {
		return nil, &Error{Position: at, Problem: "cannot be read: " + cause(err), Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &Error{Position: at, Problem: fmt.Sprintf("is a %s, want a regular file", describeMode(info.Mode())), Err: fs.ErrInvalid}
	}
	if info.Size() > limits.Bytes {
		return nil, tooLarge(at, limits)
	}
	data, err := readBounded(fsys, cleaned, limits.Bytes)
	if err != nil {
		return nil, &Error{Position: at, Problem: "cannot be read: " + cause(err), Err: err}
	}
	if int64(len(data)) > limits.Bytes {
		return nil, tooLarge(at, limits)
	}
	return data, nil
}

// readBounded reads one byte more than limit, so that the caller sees a file that is larger than it said.
func readBounded(fsys fs.FS, name string, limit int64) ([]byte, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	return io.ReadAll(io.LimitReader(file, limit+1))
}

func tooLarge(at Position, limits Limits) *Error {
	return &Error{Position: at, Problem: fmt.Sprintf("is larger than %d bytes", limits.Bytes)}
}

func describeMode(mode fs.FileMode) string {
	switch {
	case mode.IsDir():
		return "folder"
	case mode&fs.ModeNamedPipe != 0:
		return "pipe"
	case mode&fs.ModeSocket != 0:
		return "socket"
	case mode&fs.ModeDevice != 0:
		return "device"
	}
	return "special file"
}

// cause drops the operation and the name from a path error: the position names the file already.
func cause(err error) string {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err.Error()
	}
	return err.Error()
}
