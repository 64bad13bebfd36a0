package server

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"strconv"
)

// maxDrain bounds what is read and thrown away of a body that is too large. A client that is still writing when its
// connection closes may never see the answer.
const maxDrain = 16 << 20

// readBody reads the request's body up to the limit; nil when there is none.
func (s *Server) readBody(r *http.Request) ([]byte, *problem) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	if r.ContentLength > s.maxBody {
		return nil, s.tooLarge(r.Body)
	}
	var body bytes.Buffer
	read, err := body.ReadFrom(io.LimitReader(r.Body, s.maxBody+1))
	if err != nil {
		return nil, newProblem(http.StatusBadRequest, codeBodyUnreadable, "the request body: "+err.Error())
	}
	if read > s.maxBody {
		return nil, s.tooLarge(r.Body)
	}
	return body.Bytes(), nil
}

func (s *Server) tooLarge(rest io.Reader) *problem {
	// Whatever goes wrong while draining, the answer is the same.
	_, err := io.CopyN(io.Discard, rest, maxDrain)
	detail := "the request body has more than " + strconv.FormatInt(s.maxBody, 10) + " bytes"
	if err != nil && !errors.Is(err, io.EOF) {
		detail += ", and broke off: " + err.Error()
	}
	return newProblem(http.StatusRequestEntityTooLarge, codeBodyTooLarge, detail)
}
