"""HTTP: the GraphQL endpoint, the explorer, the start page and health."""
