"""What fails: limits, and a baseline that is compared beyond tolerance and beyond chance.

What stands where: `judge` gives the verdict, `comparison` holds findings against the baseline,
`chance` is the test of shares, `baseline` reads, writes and shrinks the file.
"""
