#!/bin/sh
# The job of the GitLab template: reviews the bundle of a merge request, and keeps one note on it up to
# date. Everything comes from the environment: that of review.sh, GITLAB_TOKEN, and what GitLab sets.
set -eu

here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of a merged result this is the target as it is now; else where the branch left the target.
target=${CI_MERGE_REQUEST_TARGET_BRANCH_SHA:-$CI_MERGE_REQUEST_DIFF_BASE_SHA}
commit=$(git merge-base HEAD "$target") || {
	echo 'the target of the merge request is not there: run this with GIT_DEPTH: "0"' >&2
	exit 2
}

status=0
sh "$here/review.sh" "$commit" "$work/review" || status=$?

# The first line tells our note from others.
AICR_MARK="<!-- aicr review of $AICR_BUNDLE -->"
export AICR_MARK
{
	printf '%s\n' "$AICR_MARK"
	cat "$work/review"
} >"$work/note"

# The merge request of a fork runs without the token: only the log has the review then.
if [ -z "${GITLAB_TOKEN:-}" ]; then
	cat "$work/review"
	echo "no note was written: GITLAB_TOKEN is not set" >&2
	exit "$status"
fi

GITLAB_HOST=${GITLAB_HOST:-$CI_SERVER_URL}
export GITLAB_HOST
notes=projects/$CI_PROJECT_ID/merge_requests/$CI_MERGE_REQUEST_IID/notes
AICR_AUTHOR=$(glab api user | jq .id)
export AICR_AUTHOR
id=$(glab api --paginate "$notes?per_page=100" |
	jq '.[] | select((.author.id | tostring) == env.AICR_AUTHOR and (.body | startswith(env.AICR_MARK))) | .id' | head -n 1)
if [ -n "$id" ]; then
	set -- --method PUT "$notes/$id"
else
	set -- --method POST "$notes"
fi
glab api "$@" --field body=@"$work/note" >/dev/null
exit "$status"
