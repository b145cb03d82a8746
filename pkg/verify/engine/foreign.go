package engine

import (
	"cmp"
	"strings"

	"github.com/aicr-flux/aicr/internal/yamldoc"
	"github.com/aicr-flux/aicr/pkg/bundle"
)

// Foreign is what is known of a bundle with checksums that another program made.
type Foreign struct {
	// Version is that of AICR, and Deployer what the bundle is for; empty where it does not say.
	Version, Deployer string
	// Attested says that there are signatures over checksums.txt, which therefore cannot list them.
	Attested bool
}

// AttestationDir is where AICR puts the signatures of a bundle.
const AttestationDir = "attestation"

// Own reports whether this program made the bundle: the annotations of its root file say so.
func (s *Scene) Own() bool {
	for name := range s.Listing.Annotations {
		if strings.HasPrefix(name, "aicr.run/") {
			return true
		}
	}
	return false
}

// findForeign returns nil for a bundle of this program, and for what nobody generated.
func (s *Scene) findForeign() *Foreign {
	if s.Own() {
		return nil
	}
	var info struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Version string `json:"version"`
		} `json:"metadata"`
		Build struct {
			Deployer string `json:"deployer"`
			Settings struct {
				Attested bool `json:"attested"`
			} `json:"settings"`
		} `json:"build"`
	}
	data, err := s.Tree.Read("bundle-info.yaml")
	if err == nil {
		err = yamldoc.Unmarshal(data, &info, yamldoc.Options{Unknown: yamldoc.Ignore})
	}
	if err != nil || info.Kind != "BundleInfo" {
		if _, listed := s.Tree.Info(bundle.ChecksumsFile); !listed {
			return nil
		}
		return &Foreign{}
	}
	return &Foreign{info.Metadata.Version, info.Build.Deployer, info.Build.Settings.Attested}
}

// Notes say what is good to know of the bundle as a whole.
func (s *Scene) Notes() []string {
	f := s.Foreign()
	if f == nil || s.Options.Quick {
		return s.notes
	}
	maker := ""
	if f.Version != "" {
		maker = ", AICR " + f.Version + " for " + cmp.Or(f.Deployer, "an unknown deployer")
	}
	return append([]string{"another program made this bundle" + maker + "; what is found holds for Flux all the same"}, s.notes...)
}
