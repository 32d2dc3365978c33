"""`python -m api.cli` is `duta`."""

from api.cli.main import main

main()
