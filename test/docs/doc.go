// Package docs reads the documentation as a reader does: it runs every command of every page, in
// the order of the page, and compares the output that the page shows.
//
// Each page has a directory of its own that begins empty. aicr, git and the tools of a POSIX system
// are the real ones; what needs a cluster or an account is replaced by a stand-in that checks the
// command, see standins_test.go. Servers are those of internet_test.go, under the names that the
// pages use.
//
// A page is plain Markdown. These comments, which nobody sees, say what a reader has already:
//
//	<!-- test: SHELL LINES -->   run before what follows, such as a clone of the repository
//	<!-- file: PATH -->          the block below is the content of this file
//	<!-- output: COMMAND -->     the block below is what the command prints
//	<!-- not run: REASON -->     the block below cannot run in a test
//
// A block of text below a block of commands is what these print. A line of "..." stands for any
// lines, and "..." in a line for anything in it.
package docs
