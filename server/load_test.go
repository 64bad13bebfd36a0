package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkLoopback asks over a real connection, the mock and Gin alone. Both ends share the cores: it compares, it does
// not measure a server's capacity.
func BenchmarkLoopback(b *testing.B) {
	s := newServer(b, catalog(b))
	for _, side := range []struct {
		name    string
		handler http.Handler
	}{
		{"mock", s},
		{"bare gin", bareGin(get(b, s).Body.Bytes())},
	} {
		b.Run(side.name, func(b *testing.B) {
			listening := httptest.NewServer(side.handler)
			b.Cleanup(listening.Close)
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 64}}
			b.Cleanup(client.CloseIdleConnections)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					loopback(b, client, listening.URL+process)
				}
			})
		})
	}
}

func loopback(b *testing.B, client *http.Client, target string) {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, target, http.NoBody)
	if err != nil {
		b.Error(err)
		return
	}
	r.Header.Set("Authorization", demo)
	answer, err := client.Do(r)
	if err != nil {
		b.Error(err)
		return
	}
	if _, err := io.Copy(io.Discard, answer.Body); err != nil || answer.StatusCode != http.StatusOK {
		b.Errorf("status %d, %v", answer.StatusCode, err)
	}
	if err := answer.Body.Close(); err != nil {
		b.Error(err)
	}
}
