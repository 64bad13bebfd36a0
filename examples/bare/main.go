// Command bare is the yardstick of docs/performance.md: a Gin handler that writes the same bytes for every request, and
// does nothing else. It reads the body from the file that is its second argument and listens on the first.
package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/gin-gonic/gin"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(2)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: bare HOST:PORT FILE")
	}
	body, err := os.ReadFile(args[1]) //nolint:gosec // the file is the caller's choice
	if err != nil {
		return err
	}
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.GET("/*path", func(c *gin.Context) { c.Data(http.StatusOK, "application/json", body) })
	server := &http.Server{Addr: args[0], Handler: engine, ReadHeaderTimeout: 5 * time.Second}
	return server.ListenAndServe()
}
