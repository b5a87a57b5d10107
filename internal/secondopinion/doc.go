// Package secondopinion compares the whole program with programs of other
// authors: capinfos, tshark, ndpiReader and Zeek, over every capture of a
// corpus that was not made for it.
//
// Its tests that need the corpus and those programs stand behind the build tag
// corpus (make corpus); what is tested without is that the others' outputs are
// understood. Every value on which two sides differ belongs to a line of
// differences.txt that says who is right and why: a difference without a line
// fails, and so does a line whose difference is gone. What could not be
// compared is counted apart and never as agreed.
package secondopinion
