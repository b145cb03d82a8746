package flux

// The annotations by which the root file says how the bundle was made.
const (
	ModeAnnotation    = "aicr.run/mode"
	SourceAnnotation  = "aicr.run/oci-source"
	VersionAnnotation = "aicr.run/version"

	// RevisionAnnotation is on every HelmRelease, too, once the bundle is built.
	RevisionAnnotation = "aicr.run/revision"
)
