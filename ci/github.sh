#!/bin/sh
# The step of the GitHub Action: reviews the bundle of a pull request, and keeps one comment on it up
# to date. Everything comes from the environment: that of review.sh, AICR_PULL (the number of the pull
# request), GH_TOKEN, and what GitHub sets.
set -eu

here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Of the merge commit that GitHub checks out, this is the target as it is now; of a branch, where it
# left the target.
commit=$(git merge-base HEAD "origin/$GITHUB_BASE_REF") || {
	echo "::error::the target of the pull request is not there: run this on pull_request, after actions/checkout with fetch-depth: 0"
	exit 2
}

status=0
AICR_ANNOTATIONS=github sh "$here/review.sh" "$commit" "$work/review" || status=$?
cat "$work/review" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"

# The first line tells our comment from others.
AICR_MARK="<!-- aicr review of $AICR_BUNDLE -->"
export AICR_MARK
{
	printf '%s\n' "$AICR_MARK"
	cat "$work/review"
} >"$work/comment"

# The token of a pull request from a fork may not write: only the summary has the review then.
comments=repos/$GITHUB_REPOSITORY/issues
if id=$(gh api --paginate "$comments/$AICR_PULL/comments?per_page=100" \
	--jq '.[] | select(.user.type == "Bot" and (.body | startswith(env.AICR_MARK))) | .id'); then
	id=$(printf '%s\n' "$id" | head -n 1)
	if [ -n "$id" ]; then
		set -- --method PATCH "$comments/comments/$id"
	else
		set -- --method POST "$comments/$AICR_PULL/comments"
	fi
	gh api "$@" --field body=@"$work/comment" --silent ||
		echo "::notice::no comment was written, as the token may not; the summary of the job has the review"
else
	echo "::notice::no comment was written, as the comments cannot be read; the summary of the job has the review"
fi
exit "$status"
