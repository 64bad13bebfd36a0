package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// guard refuses what a web page of another origin could send: cross-origin requests, and a host name that an attacker
// pointed at this machine (DNS rebinding). A request with neither Origin nor Sec-Fetch-Site is not from a page.
func (s *Server) guard(c *gin.Context) {
	r := c.Request
	if !s.ownHost(r) {
		c.Abort()
		s.fail(c, newProblem(http.StatusForbidden, codeForeignHost, "the admin API does not answer under the host "+quote(r.Host)))
		return
	}
	if crossOrigin(r) {
		c.Abort()
		s.fail(c, newProblem(http.StatusForbidden, codeCrossOrigin, "the admin API does not answer pages of another origin"))
	}
}

// ownHost says whether the request's host is localhost, a loopback address, the address that it arrived at, or configured.
func (s *Server) ownHost(r *http.Request) bool {
	host := hostName(r.Host)
	if host == "localhost" || s.adminHosts[host] {
		return true
	}
	address := net.ParseIP(host)
	if address == nil {
		return false
	}
	if address.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && local.IP.Equal(address)
}

// hostName takes the port and the brackets of an IPv6 address away.
func hostName(hostPort string) string {
	host := hostPort
	if name, _, err := net.SplitHostPort(hostPort); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.TrimPrefix(host, "["), "]"))
}

func crossOrigin(r *http.Request) bool {
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	for _, text := range r.Header.Values("Origin") {
		origin, err := url.Parse(text)
		if err != nil || origin.Host == "" || !strings.EqualFold(origin.Host, r.Host) {
			return true
		}
	}
	return false
}
