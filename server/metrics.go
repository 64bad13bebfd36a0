package server

import (
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// pathMetrics answers in Prometheus's text format, or OpenMetrics where the scraper asks for it.
const pathMetrics = adminRoot + "/metrics"

// addMetrics registers what the server remembers and has forgotten. Nothing is counted for it: a scrape reads what is there.
func (s *Server) addMetrics(engine *gin.Engine) error {
	registry := prometheus.NewRegistry()
	number := func(read func() int64) func() float64 { return func() float64 { return float64(read()) } }
	for _, collector := range []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "understudy_resources", Help: "Resources that are remembered, of all sessions.",
		}, number(s.resources.total.Load)),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "understudy_sessions", Help: "Sessions, the default one included.",
		}, number(func() int64 { return int64(s.sessions.len()) })),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "understudy_resources_evicted_total", Help: "Resources that were forgotten because there were too many.",
		}, number(s.resources.evicted.Load)),
		prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "understudy_sessions_evicted_total", Help: "Sessions that were forgotten because there were too many.",
		}, number(s.sessions.evicted.Load)),
	} {
		if err := registry.Register(collector); err != nil {
			return err
		}
	}
	scrape := gin.WrapH(promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true}))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		engine.Handle(method, pathMetrics, s.guard, scrape)
	}
	return nil
}
