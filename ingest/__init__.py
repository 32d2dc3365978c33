"""From other people's records to our graph."""
