#!/bin/sh
# Says what a change does to a bundle, for a pull request:
#
#     ci/review.sh COMMIT COMMENT
#
# COMMIT is what the change is compared with. The Markdown of a comment is written into the file
# COMMENT. The exit status is 1 where the bundle is not what its recipe makes, does not pass, or
# cannot be compared. Settings come from the environment, and nothing in them is run:
#
#     AICR_BUNDLE       the directory of the bundle
#     AICR_AGAIN        false: do not make the bundle anew (default true)
#     AICR_CHARTS       true: pull the charts that the bundle does not hold (default false)
#     AICR_FAIL_ON      error or warning (default error)
#     AICR_ANNOTATIONS  github: also print findings and changes as annotations
set -eu

commit=$1
comment=$2
bundle=${AICR_BUNDLE:?is the directory of the bundle}
status=0

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# say writes into the comment, and quote the text of its input, so that nothing in it is Markdown.
# A comment has room for little besides what diff says.
say() { printf '%s\n' "$@" >>"$comment"; }
quote() {
	say ''
	awk '{ n += length($0) + 5 } n > 4000 { print "    … the rest is in the log"; exit } { print "    " $0 }' >>"$comment"
	say ''
}

# failed NAME TEXT shows the text in file NAME, which is why the change does not pass.
failed() {
	status=1
	say "**$2**"
	quote <"$work/$1"
}

# try NAME COMMAND keeps what the command prints in file NAME, and shows it in the log.
try() {
	file=$work/$1
	shift
	code=0
	"$@" >"$file" 2>&1 || code=$?
	cat "$file"
	return "$code"
}

changed() { git status --porcelain --untracked-files=all; }

: >"$comment"
if [ ! -e "$bundle" ] && git cat-file -e "$commit:./$bundle" 2>/dev/null; then
	say "### \`$bundle\` is removed" '' \
		'Where Flux prunes what is gone, it uninstalls all releases of the bundle at once. The README of the bundle says in which order they can go.'
	exit 0
fi

if [ "${AICR_AGAIN:-true}" = true ]; then
	changed >"$work/before"
	if try again aicr bundle --again="$bundle"; then
		changed >"$work/after"
		if ! diff "$work/before" "$work/after" >"$work/differs"; then
			sed -n 's/^[<>] *//p' "$work/differs" >"$work/stale"
			failed stale "The bundle is not what its recipe makes. Run \`aicr bundle --again\` on it and commit these files:"
		fi
	else
		failed again "The bundle cannot be made anew from its recipe:"
	fi
fi

set --
[ "${AICR_CHARTS:-false}" != true ] || set -- --charts

if ! git cat-file -e "$commit:./$bundle" 2>/dev/null; then
	say "### \`$bundle\` is new" ''
else
	code=0
	aicr diff "$@" --format markdown -- "git:$commit:./$bundle" "$bundle" >"$work/diff" 2>"$work/why" || code=$?
	cat "$work/why" >&2
	if [ "$code" -le 1 ]; then
		cat "$work/diff" >>"$comment"
	else
		failed why "What the bundle changes cannot be said:"
	fi
fi

say ''
if try verify aicr verify "$@" --fail-on="${AICR_FAIL_ON:-error}" -- "$bundle"; then
	say '<details><summary>aicr verify: passed</summary>'
	quote <"$work/verify"
	say '</details>'
else
	failed verify "The bundle does not pass \`aicr verify\`:"
fi

if [ "${AICR_ANNOTATIONS:-}" = github ]; then
	aicr verify "$@" --format github -- "$bundle" || true
	if [ -s "$work/diff" ]; then
		aicr diff "$@" --format github -- "git:$commit:./$bundle" "$bundle" || true
	fi
fi
exit "$status"
