#!/usr/bin/env bash
# Makes an example recipe and its bundle in a directory, shows the bundle, and proves it: hack/demo.sh AICR DIR [EXAMPLE]
set -euo pipefail

aicr=$1
dir=$2
example=${3:-}

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
	say "\$ $*"
	"$@"
}

# Only a directory that an earlier demo made is removed.
if [[ -e $dir ]]; then
	[[ -e $dir/.aicr-demo ]] || {
		echo "$dir exists and is no earlier demo: remove it, or run make demo DEMO=another" >&2
		exit 2
	}
	rm -rf "$dir"
fi
mkdir -p "$dir"
touch "$dir/.aicr-demo"

# What a clone would say of the repository, and a storage class of EKS.
options=(--repo https://github.com/org/repo.git --repo-path bundles/a --storage-class gp3)

run "$aicr" init "$dir/recipe" ${example:+--example "$example"}
run "$aicr" bundle -r "$dir/recipe/recipe.yaml" -o "$dir/bundle" "${options[@]}"

say "The bundle"
(cd "$dir/bundle" && find . -type f | LC_ALL=C sort | sed 's|^\./|  |')

say "Its README begins"
sed -n '1,20s/^/  /p' "$dir/bundle/README.md"

say "Its checksums hold"
(cd "$dir/bundle" && grep -E '^[0-9a-f]{64}  ' checksums.txt | sha256sum --check --quiet) && echo "✔ every file is as it was written"

say "A second run gives the same bytes"
"$aicr" bundle --quiet -r "$dir/recipe/recipe.yaml" -o "$dir/again" "${options[@]}" >/dev/null
diff -r "$dir/bundle" "$dir/again" && echo "✔ byte for byte"
rm -rf "$dir/again"

run "$aicr" verify "$dir/bundle"

say "Look around in $dir"
