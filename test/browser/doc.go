// Package browser holds pictures and pages against what they are made for: Mermaid's own program
// draws the flowcharts, and a real Chromium shows the page of "aicr report", in which axe looks for
// barriers. It has a module of its own, so that the program depends on none of this.
//
// "make browser" runs it. What is not installed is skipped, with a message.
package browser
