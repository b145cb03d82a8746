package e2e_test

import (
	"os"
	"testing"

	"github.com/aicr-flux/aicr/test/e2e/scenario"
)

func TestMain(m *testing.M) { os.Exit(scenario.Main(m)) }
