"""What `python -m uat` runs: the command line."""

from uat.cli import main

if __name__ == "__main__":
    main()
