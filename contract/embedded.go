package contract

import "embed"

//go:embed async-process.openapi.yaml
var embedded embed.FS

// Embedded loads the contract that comes with the module.
func Embedded() (*Contract, error) {
	return Load(embedded, "async-process.openapi.yaml")
}
