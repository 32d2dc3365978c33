"""Telling people by mail, where a server for it is named."""
