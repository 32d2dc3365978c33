"""The command `duta`: one file per group of commands."""
