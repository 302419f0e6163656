//go:build tools

// Package engine is never built: it pins what the bootstrap builds, the Pulumi command line.
package engine

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
