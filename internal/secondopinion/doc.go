// Package secondopinion compares the whole program with programs of other
// authors: capinfos, tshark, tcpdump, ndpiReader, ipfixprobe, Zeek, PcapPlusPlus,
// the generator of pcapng's test files, nginx, DeepFlow and pcap2har, over every
// capture of a corpus that was not made for it, and on connections made at
// random. Sources lists what is compared.
//
// Its tests that need the corpus and those programs stand behind the build tag
// corpus (make corpus); what is tested without is that the others' outputs are
// understood. Every value on which two sides differ belongs to a line of
// differences.txt that says who is right and why: a difference without a line
// fails, and so does a line whose number of differences is another. With
// -update the numbers are written anew, for the change to be reviewed. What
// could not be compared is counted apart and never as agreed.
//
// What other programs say of a capture is kept under its content, so that a
// second run asks nobody; of what they put together, digests. Each test leaves its counts in $PCAPPIPE_RESULTS, from
// which Page makes docs/correctness.md.
package secondopinion
