"""One file per format: bytes in, rows or records out, each with its place."""
