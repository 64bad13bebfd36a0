package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-dev/understudy/contract"
	"github.com/understudy-dev/understudy/internal/strictyaml"
	"github.com/understudy-dev/understudy/scenarios"
)

func (p *program) scenariosCommand() *cobra.Command {
	var from sources
	var format choice
	var operation string
	cmd := &cobra.Command{
		Use:   "scenarios",
		Short: "List the scenarios that the mock plays",
		Long: `List the scenarios that the mock plays. Select one with the header X-Mock-Scenario: NAME, several that go together with
commas between them. A client that cannot set headers asks for the scenario's ID, as the last parameter of the path.`,
		Example: `  understudy scenarios
  understudy scenarios --operation getAsyncProcess --format names
  understudy scenarios --format json --contract openapi.yaml`,
		Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			w, err := from.catalog()
			if err != nil {
				return err
			}
			list, err := listed(w, operation)
			if err != nil {
				return err
			}
			return p.printScenarios(list, format.value)
		},
	}
	cmd.Flags().SortFlags = false
	addChoice(cmd, &format, "format", "how to print them", "table", "json", "names")
	cmd.Flags().StringVar(&operation, "operation", "", "only those of the operation with this `ID`")
	from.addFlags(cmd)
	complete(cmd, "operation", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		w, err := from.catalog()
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return operationIDs(w.contract), cobra.ShellCompDirectiveNoFileComp
	})
	return cmd
}

func operationIDs(c *contract.Contract) []string {
	var ids []string
	for _, operation := range c.Operations() {
		ids = append(ids, operation.ID())
	}
	return ids
}

// listed is all scenarios, or those of one operation.
func listed(w *world, operation string) ([]*scenarios.Scenario, error) {
	if operation == "" {
		return w.catalog.Scenarios(), nil
	}
	found := w.contract.Operation(operation)
	if found == nil {
		return nil, wrongUsage(strictyaml.ClosestHint(operation, operationIDs(w.contract)), "operation %q is not in the contract", operation)
	}
	return w.catalog.For(found), nil
}

// names lists each name once: several operations may have a scenario of one name.
func names(list []*scenarios.Scenario) []string {
	var all []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s.Name] {
			seen[s.Name] = true
			all = append(all, s.Name)
		}
	}
	return all
}

func (p *program) printScenarios(list []*scenarios.Scenario, format string) error {
	switch format {
	case "names":
		for _, name := range names(list) {
			printf(p.stdout, "%s\n", name)
		}
		return nil
	case "json":
		return p.printJSON(rows(list))
	}
	style := p.style()
	for i, operation := range slices.Compact(operationsOf(list)) {
		if i > 0 {
			printf(p.stdout, "\n")
		}
		p.printTable(style, operation, slices.DeleteFunc(slices.Clone(list), func(s *scenarios.Scenario) bool { return s.Operation != operation }))
	}
	return nil
}

func operationsOf(list []*scenarios.Scenario) []*contract.Operation {
	operations := make([]*contract.Operation, len(list))
	for i, s := range list {
		operations[i] = s.Operation
	}
	return operations
}

// printTable prints one operation's scenarios, the summary as far as the terminal is wide.
func (p *program) printTable(style style, operation *contract.Operation, list []*scenarios.Scenario) {
	printf(p.stdout, "%s\n", style.bold(fmt.Sprintf("%s: %s %s", operation.ID(), operation.Method(), operation.Path())))
	table := [][]string{{"NAME", "FAMILY", "STATUS", "ID", "SUMMARY"}}
	for _, s := range list {
		table = append(table, []string{s.Name, s.Family, strconv.Itoa(s.Status), s.ID, s.Summary})
	}
	widths := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for i, row := range table {
		var line strings.Builder
		for column, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[column]-len([]rune(cell))+2))
		}
		text := style.fit(strings.TrimRight(line.String(), " "))
		if i == 0 {
			text = style.dim(text)
		}
		printf(p.stdout, "%s\n", text)
	}
}

// row is one scenario as the JSON list has it.
type row struct {
	Name      string `json:"name"`
	Operation string `json:"operation"`
	Family    string `json:"family"`
	Status    int    `json:"status"`
	ID        string `json:"id"`
	Summary   string `json:"summary"`
}

func rows(list []*scenarios.Scenario) []row {
	all := make([]row, len(list))
	for i, s := range list {
		all[i] = row{s.Name, s.Operation.ID(), s.Family, s.Status, s.ID, s.Summary}
	}
	return all
}

func (p *program) printJSON(v any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
