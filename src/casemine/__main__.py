"""`python -m casemine`."""

from casemine.cli import main

if __name__ == "__main__":
    main(prog_name="casemine")
