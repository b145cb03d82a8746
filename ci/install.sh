#!/bin/sh
# Downloads a release of aicr, holds it against the release's checksums, and unpacks the program:
#
#     ci/install.sh VERSION DIR
#
# VERSION is a tag such as v1.2.3. AICR_RELEASES is where releases are, for a mirror.
set -eu

die() {
	printf 'install.sh: %s\n' "$*" >&2
	exit 2
}

[ $# -eq 2 ] || die "usage: install.sh VERSION DIR"
version=$1
dir=$2
releases=${AICR_RELEASES:-https://github.com/aicr-flux/aicr/releases/download}

# It becomes part of a URL and of file names.
case $version in
*[!0-9A-Za-z.+-]*) die "\"$version\" is no version: give that of a release, such as v1.2.3" ;;
v[0-9]*) ;;
*) die "\"$version\" is no version: give that of a release, such as v1.2.3" ;;
esac

case $(uname -s) in
Linux) os=linux ;;
Darwin) os=darwin ;;
*) die "there is no archive for $(uname -s) that this script unpacks: run it on Linux or macOS" ;;
esac
case $(uname -m) in
x86_64 | amd64) arch=amd64 ;;
aarch64 | arm64) arch=arm64 ;;
*) die "there is no archive for $(uname -m)" ;;
esac
archive="aicr_${version#v}_${os}_${arch}.tar.gz"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

download() {
	curl --fail --silent --show-error --location --retry 3 --proto '=https' --proto-redir '=https' \
		--output "$work/$1" "$releases/$version/$1" || die "$releases/$version/$1 cannot be downloaded"
}
download "$archive"
download checksums.txt

# The program goes nowhere before its checksum is known to be right, and known at all.
cd "$work"
awk -v name="$archive" '$2 == name' checksums.txt >wanted
[ -s wanted ] || die "checksums.txt of $version does not name $archive"
if command -v sha256sum >/dev/null; then
	sha256sum -c wanted >&2 || die "$archive is not as checksums.txt says"
else
	shasum -a 256 -c wanted >&2 || die "$archive is not as checksums.txt says"
fi
tar -xzf "$archive" aicr
cd - >/dev/null

mkdir -p "$dir"
mv "$work/aicr" "$dir/aicr"
"$dir/aicr" version
