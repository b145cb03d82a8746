package config

// Publish are the options of publishing a bundle as an OCI artifact and of
// bringing it into a cluster. They are flags of "aicr bundle" and "aicr push"
// alike, and fields of the config file beside those of Options.
type Publish struct {
	// Tags are set besides the reference's own.
	Tag []string `json:"tag,omitempty"`
	// Source and Revision say where the bundle comes from, in the artifact's
	// annotations.
	Source   string `json:"source,omitempty"`
	Revision string `json:"revision,omitempty"`

	PlainHTTP   bool   `json:"plainHttp,omitempty"`
	InsecureTLS bool   `json:"insecureTls,omitempty"`
	CAFile      string `json:"caFile,omitempty"`

	// ImageRefs and Sync are files to write: the references with their digest,
	// and the objects that bring the bundle into a cluster.
	ImageRefs string `json:"imageRefs,omitempty"`
	Sync      string `json:"sync,omitempty"`

	SyncRef            string `json:"syncRef,omitempty"`
	SyncSecret         string `json:"syncSecret,omitempty"`
	SyncProvider       string `json:"syncProvider,omitempty"`
	SyncVerify         string `json:"syncVerify,omitempty"`
	SyncVerifySecret   string `json:"syncVerifySecret,omitempty"`
	SyncVerifyIdentity string `json:"syncVerifyIdentity,omitempty"`
	SyncVerifyIssuer   string `json:"syncVerifyIssuer,omitempty"`
}
