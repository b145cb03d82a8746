#!/usr/bin/env bash
# Builds the commit twice, in two directories, the second time with an empty build cache, and compares
# the bytes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone --quiet . "$work/one"
git clone --quiet . "$work/another/directory"
make --no-print-directory -C "$work/one" build
GOCACHE=$work/cache make --no-print-directory -C "$work/another/directory" build
cmp "$work/one/bin/aicr" "$work/another/directory/bin/aicr"
"$work/one/bin/aicr" version
sha256sum "$work/one/bin/aicr" | cut -d ' ' -f 1
