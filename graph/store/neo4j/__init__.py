"""The production engine: Neo4j through the official driver."""

from graph.store.neo4j.store import Neo4jStore, open_neo4j

__all__ = ["Neo4jStore", "open_neo4j"]
